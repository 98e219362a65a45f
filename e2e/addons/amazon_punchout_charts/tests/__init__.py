from . import test_random_orders, test_scenarios
