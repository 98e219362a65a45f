from . import (
    test_health,
    test_index_plans,
    test_indexed_texts,
    test_problem_charges,
    test_problems_page,
    test_search_plans,
    test_watch,
    test_watch_several,
)
