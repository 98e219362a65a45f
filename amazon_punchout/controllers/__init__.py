from . import cart, cxml, reach
