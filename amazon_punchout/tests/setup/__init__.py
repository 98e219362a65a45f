from . import (
    test_apps_page,
    test_go_live,
    test_setup,
    test_setup_mistakes,
    test_setup_order,
)
