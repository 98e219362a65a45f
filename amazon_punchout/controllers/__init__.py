from . import cart, cxml, history, punchin, reach
