from . import (
    test_roles_buttons,
    test_roles_charges,
    test_roles_fields,
    test_roles_holes,
    test_roles_models,
    test_roles_routes,
    test_roles_sentences,
)
