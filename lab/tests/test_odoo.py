from types import SimpleNamespace

import pytest

from lab import odoo, paths, progress

QUIET = "2026-11-29 23:00:01,123 77 INFO test odoo.modules.loading: Loading module amazon_punchout (12/12) \n"
LABELS = (
    "2026-11-29 23:00:02,456 77 WARNING test odoo.addons.base.models.ir_model: Two fields (contents, line_ids) of "
    "amazon.punchout.shipment() have the same label: Contents. [Modules: amazon_punchout and amazon_punchout] ")


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Give an installation whose log is given; Odoo itself does not run."""
    monkeypatch.setattr(paths, "LOG", tmp_path)
    monkeypatch.setattr(odoo, "environ", lambda source, more_addons: {})
    monkeypatch.setattr(odoo.postgres, "connect", lambda database: Connection())

    def install(log, **options):
        monkeypatch.setattr(progress, "run_logged", lambda *_, **__: (tmp_path / "install.log").write_text(log))
        odoo.install(SimpleNamespace(), "test", [paths.ADDON], "install", **options)

    return install


class Connection:
    """A database in which the addon is installed; it is its own cursor."""

    def cursor(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def execute(self, query):
        pass

    def fetchall(self):
        return [(paths.ADDON,)]

    def close(self):
        pass


def test_a_warning_of_the_installation_fails_the_tests_and_is_shown(install):
    for level in ("WARNING", "ERROR", "CRITICAL"):
        with pytest.raises(progress.Problem, match=r"have the same label: Contents\."):
            install(QUIET + LABELS.replace("WARNING", level) + "\n" + QUIET, strict=True)


def test_an_installation_without_a_warning_is_fine(install):
    install(QUIET + QUIET.replace("Loading", "No WARNING while loading"), strict=True)


def test_the_demo_starts_in_spite_of_a_warning(install):
    install(QUIET + LABELS)
