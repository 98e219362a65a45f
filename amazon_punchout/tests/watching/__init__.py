from . import (
    test_health,
    test_problems_page,
    test_watch,
)
