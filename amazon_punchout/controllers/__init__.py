from . import cart, cxml, health, punchin, reach
