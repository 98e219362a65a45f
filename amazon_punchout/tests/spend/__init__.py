from . import test_performance
from . import test_spend
