from . import (
    test_go_live,
    test_setup,
    test_setup_order,
)
