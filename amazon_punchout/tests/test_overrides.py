"""No override of ours hides another one of ours."""
import inspect
from collections import defaultdict

from odoo.tests import TransactionCase, tagged

OURS = 'odoo.addons.amazon_punchout.models'


def calls_super(function):
    """Tell whether a method calls the same method of super(), directly or in a function inside it.

    :param function: a plain function, unwrapped
    :rtype: bool
    """
    codes = [function.__code__]
    for code in codes:
        codes += [const for const in code.co_consts if inspect.iscode(const)]
    return any('super' in code.co_names for code in codes) and any(function.__name__ in code.co_names for code in codes)


def hidden_methods(classes):
    """Find the overrides that keep another one of ours from running.

    :param classes: the classes of one model, as Python looks them up
    :return: a sentence for each
    :rtype: list[str]
    """
    owners = defaultdict(list)
    for owner in classes:
        if owner.__module__.startswith(OURS):
            for name, value in vars(owner).items():
                if inspect.isfunction(function := inspect.unwrap(value) if callable(value) else value):
                    owners[name].append((owner, function))
    return [
        f"{owner.__module__}.{owner.__name__}.{name} hides {owners[name][-1][0].__module__}"
        for name, found in owners.items() for owner, function in found[:-1] if not calls_super(function)]


@tagged('post_install', '-at_install')
class TestOverrides(TransactionCase):

    def test_no_override_hides_another_one_of_ours(self):
        looked_at, hidden = 0, []
        for model in self.registry.values():
            classes = [owner for owner in model.mro() if owner.__module__.startswith(OURS)]
            looked_at += len(classes) > 1
            hidden += hidden_methods(classes)
        self.assertGreater(looked_at, 5)
        self.assertFalse(hidden)

    def test_an_override_without_super_is_found(self):
        def method(self):
            return True

        base = type('Base', (), {'__module__': f'{OURS}.order.base', 'method': method})
        extension = type('Extension', (base,), {'__module__': f'{OURS}.approval.extension', 'method': method})
        self.assertEqual(len(hidden_methods([extension, base])), 1)
        self.assertFalse(hidden_methods([base]))
