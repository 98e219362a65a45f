from . import cart, cxml, health, history, punchin, reach
