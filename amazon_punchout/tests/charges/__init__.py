from . import (
    test_api_client,
    test_api_fetch,
    test_api_secrets,
    test_reporting,
)
