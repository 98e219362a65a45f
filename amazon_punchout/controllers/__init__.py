from . import cart, cxml, health, history, punchin, reach, tracking
