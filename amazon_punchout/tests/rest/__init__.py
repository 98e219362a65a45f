from . import (
    test_rest_access,
    test_rest_documents,
    test_rest_json,
    test_rest_products,
    test_rest_reconciliation,
    test_rest_reporting,
    test_rest_tracking,
)
