from . import pseudo

pseudo.speak()
