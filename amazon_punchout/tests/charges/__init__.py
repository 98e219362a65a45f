from . import test_import, test_match, test_owner, test_statement, test_transaction
