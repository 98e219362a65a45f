from . import (
    test_document_errors,
    test_document_size,
    test_document_titles,
    test_parsed_once,
    test_retention,
)
