from . import cart, cxml, punchin
