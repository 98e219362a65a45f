from . import (
    test_administration,
    test_checklist,
    test_checklist_table,
    test_copied_database,
    test_groups,
    test_locations,
    test_marketplaces,
    test_members,
    test_migration,
    test_outside_secrets,
    test_restored_database,
)
