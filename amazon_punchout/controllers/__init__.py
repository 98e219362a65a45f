from . import cart, cxml, decide, health, history, punchin, reach, tracking
