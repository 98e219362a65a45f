from . import (
    test_connection,
    test_shop,
    test_shop_again,
    test_shop_setup,
)
