import pytest

from lab import locks, odoo_source, progress


@pytest.fixture
def checkout(tmp_path):
    """Make what the lab looks at in a git checkout of Odoo."""
    (tmp_path / "addons" / "purchase_stock").mkdir(parents=True)
    (tmp_path / "odoo" / "addons" / "base").mkdir(parents=True)
    (tmp_path / "odoo" / "release.py").write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    return tmp_path


def test_odoo_path_may_be_a_checkout(checkout, monkeypatch):
    monkeypatch.setenv("ODOO_PATH", str(checkout))
    source = odoo_source.ensure()
    assert source.python_path == checkout
    assert source.addons == (checkout / "addons", checkout / "odoo" / "addons")


def test_odoo_path_may_be_the_package_itself(checkout, monkeypatch):
    monkeypatch.setenv("ODOO_PATH", str(checkout / "odoo"))
    assert odoo_source.ensure().python_path == checkout


def test_packages_beside_an_installed_odoo_are_not_seen(checkout, monkeypatch, tmp_path_factory):
    installed = tmp_path_factory.mktemp("python3") / "dist-packages"
    checkout.rename(installed)
    monkeypatch.setattr(odoo_source.paths, "LAB", tmp_path_factory.mktemp("lab"))
    monkeypatch.setenv("ODOO_PATH", str(installed))
    assert [path.name for path in odoo_source.ensure().python_path.iterdir()] == ["odoo"]


def test_another_release_is_named_by_its_number(checkout, monkeypatch):
    (checkout / "odoo" / "release.py").write_text("version_info = ('saas~18', 2, 0, FINAL, 0, '')\n")
    monkeypatch.setenv("ODOO_PATH", str(checkout))
    with pytest.raises(progress.Problem, match="is Odoo 18; this addon is for Odoo 19"):
        odoo_source.ensure()


def test_wrong_odoo_path_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    with pytest.raises(progress.Problem, match=f"ODOO_PATH is {tmp_path}"):
        odoo_source.ensure()


def test_odoo_is_fetched_only_once(monkeypatch, tmp_path):
    def unpack():
        unpacked.append(1)
        base = odoo_source.UNPACKED / "usr/lib/python3/dist-packages/odoo/addons/base"
        base.mkdir(parents=True)
        (base.parent.parent / "release.py").touch()

    unpacked = []
    monkeypatch.delenv("ODOO_PATH", raising=False)
    monkeypatch.setattr(odoo_source, "UNPACKED", tmp_path)
    monkeypatch.setattr(odoo_source, "_unpack", unpack)
    assert odoo_source.ensure().key == odoo_source.ensure().key
    assert unpacked == [1]


def test_interrupted_setup_is_not_taken_for_a_complete_one(tmp_path):
    assert not locks.is_stamped(tmp_path, "key")
    locks.stamp(tmp_path, "key")
    assert locks.is_stamped(tmp_path, "key")
    assert not locks.is_stamped(tmp_path, "another key")


def test_broken_link_is_reported_before_any_page_fails(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "font.ttf").symlink_to("../../gone.ttf")
    with pytest.raises(progress.Problem, match=r"static/font\.ttf"):
        odoo_source._check_links(tmp_path)
