from . import cart, cxml, punchin, reach
