from . import test_extensions
