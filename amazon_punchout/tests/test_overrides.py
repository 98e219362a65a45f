"""No override of ours hides another one of ours."""
import ast
import inspect
import textwrap
from collections import defaultdict

from odoo.tests import TransactionCase, tagged

OURS = ('odoo.addons.amazon_punchout.models', 'odoo.addons.amazon_punchout.wizards')


def calls_super(function):
    """Tell whether a method calls the same method of super(), also in a function inside it.

    :param function: a plain function, unwrapped
    :rtype: bool
    """
    return any(
        isinstance(node, ast.Attribute) and node.attr == function.__name__ and isinstance(node.value, ast.Call)
        and getattr(node.value.func, 'id', None) == 'super'
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))))


def function_of(value):
    """Give the function behind an attribute of a class, or None if there is none.

    :param value: a function, perhaps decorated, a property, or anything else
    """
    if isinstance(value, property):
        value = value.fget
    value = getattr(value, '__func__', value)
    function = inspect.unwrap(value) if callable(value) else None
    return function if inspect.isfunction(function) else None


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
                if function := function_of(value):
                    owners[name].append((owner, function))
    return [
        f"{owner.__module__}.{owner.__name__}.{name} hides {found[-1][0].__module__}"
        for name, found in owners.items() for owner, function in found[:-1] if not calls_super(function)]


@tagged('post_install', '-at_install')
class TestOverrides(TransactionCase):

    def test_no_override_hides_another_one_of_ours(self):
        looked_at, hidden = 0, []
        for model in self.registry.values():
            classes = [owner for owner in model.mro() if owner.__module__.startswith(OURS)]
            looked_at += len(classes) > 1
            hidden += hidden_methods(classes)
        self.assertGreater(looked_at, 8)
        self.assertFalse(hidden)

    def test_an_override_without_super_is_found(self):
        def method(self):
            return self

        base = type('Base', (), {'__module__': f'{OURS[0]}.order.base', 'method': method})
        for value in (method, classmethod(method), property(method)):
            with self.subTest(value):
                extension = type('Extension', (base,), {'__module__': f'{OURS[1]}.approval.extension', 'method': value})
                self.assertEqual(len(hidden_methods([extension, base])), 1)
        self.assertFalse(hidden_methods([base]))

    def test_super_of_another_method_is_not_enough(self):
        class Extension:
            def method(self):
                return super().other() or self.method()

        self.assertFalse(calls_super(Extension.method))
