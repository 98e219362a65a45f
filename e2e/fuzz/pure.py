"""The pure packages of the addon, imported without the addon: its own `__init__` needs Odoo."""
from __future__ import annotations

import importlib
import sys
import types

from lab import paths

ADDON = paths.ROOT / paths.ADDON
NAME = "addon_without_odoo"


def load(name):
    """Import a package of the addon that uses nothing of Odoo.

    :param str name: e.g. "reports"
    :rtype: types.ModuleType
    """
    package = sys.modules.setdefault(NAME, types.ModuleType(NAME))
    package.__path__ = [str(ADDON)]
    return importlib.import_module(f"{NAME}.{name}")
