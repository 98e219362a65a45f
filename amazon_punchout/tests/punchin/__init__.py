from . import (
    test_punchin_cart,
    test_punchin_claim,
    test_punchin_limits,
    test_punchin_offered,
    test_punchin_page,
    test_punchin_server,
    test_queries_unclaimed,
    test_received_log,
    test_stranger,
)
