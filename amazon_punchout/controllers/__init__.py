from . import cart, cxml
