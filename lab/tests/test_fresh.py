"""A bare Debian gets what README names and how this machine reaches the network; docs/support.md shows the outcome."""
import subprocess

import pytest

from lab import fresh, paths, progress

PIP = """\
:env:.cert='/env.crt'
global.cert='/global.crt'
global.extra-index-url='\\nhttps://a.example/simple\\nfile:///srv/pypi/simple'
global.index-url='https://all.example/simple'
install.index-url='https://install.example/simple'
global.target='/elsewhere'
"""
FOUND = {
    "release": "13", "python": "3.13.5", "commit": "abc1234", "demo": "passed", "demo_minutes": 4.2, "tests": "all",
    "test_minutes": 61.3, "passed": 2150, "failed": 0, "skipped": 3}


def test_the_first_arguments_name_releases_and_the_others_are_for_the_tests():
    assert fresh.chosen(["12", "lab/tests", "-k", "13"]) == (["12"], ["lab/tests", "-k", "13"])
    assert fresh.chosen(["-q"]) == (["12", "13"], ["-q"])


def test_an_unknown_release_is_named():
    with pytest.raises(progress.Problem, match="There is no Debian 11 here. Releases: 12, 13"):
        fresh.run(["11", "12"])


def test_another_user_than_root_learns_what_is_missing(monkeypatch):
    monkeypatch.setattr(fresh.os, "geteuid", lambda: 1000)
    with pytest.raises(progress.Problem, match="run this command as root"):
        fresh.run(["12"])


def test_the_readme_names_what_is_installed():
    text = " ".join((paths.ROOT / "README.md").read_text().split())
    assert f"`apt-get install {' '.join(fresh.FOR_BOTH)}`" in text
    assert set(fresh.FOR_TESTS) == set(fresh.RELEASES)
    for packages in fresh.FOR_TESTS.values():
        assert f"`apt-get install {' '.join(packages)}`" in text


def test_the_tests_of_each_process_are_added_up():
    text = (
        "FAILED a.py::test_x - 3 passed in 4 s\n"
        "===== 1 failed, 1200 passed, 2 skipped, 5 warnings in 900.21s (0:15:00) =====\n"
        "80 passed, 1 error, 1 deselected in 12.05s\n")
    assert fresh.counts(text) == {"passed": 1280, "failed": 2, "skipped": 2}
    assert fresh.counts("Odoo could not be fetched\n") == {"passed": 0, "failed": 0, "skipped": 0}


def test_settings_of_pip_are_read_in_their_order():
    found = fresh.pip_settings(PIP)
    assert found["PIP_CERT"] == "/env.crt"
    assert found["PIP_INDEX_URL"] == "https://install.example/simple"
    assert found["PIP_EXTRA_INDEX_URL"] == "https://a.example/simple file:///srv/pypi/simple"


def test_only_what_leads_to_the_network_is_passed_on():
    environ = {"https_proxy": "http://proxy.example", "ODOO_PATH": "/odoo", "PGHOST": "x", "PATH": "/of/this/user/bin"}
    found = fresh.passed_on(environ, fresh.pip_settings(PIP))
    assert set(found) == {"https_proxy", "PIP_CERT", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "PATH"}
    assert "/of/this/user" not in found["PATH"]


def test_folders_and_files_that_settings_name_come_along(tmp_path):
    (tmp_path / "pypi" / "simple").mkdir(parents=True)
    (tmp_path / "wheels").mkdir()
    (tmp_path / "ca.crt").touch()
    folders, files = fresh.places({
        "PIP_EXTRA_INDEX_URL": f"https://a.example file://{tmp_path}/pypi/simple", "PIP_CERT": f"{tmp_path}/ca.crt",
        "PIP_FIND_LINKS": f"{tmp_path}/wheels {tmp_path}/missing", "PATH": "/usr/bin"})
    assert folders == [tmp_path / "pypi", tmp_path / "wheels"]
    assert set(files) - {fresh.CERTIFICATES} == {tmp_path / "ca.crt"}


def test_the_proxy_of_apt_is_that_of_debootstrap_unless_the_environment_has_one():
    apt = 'Acquire::http::Proxy "http://proxy.example:3142";\nAPT::x "Acquire::https::Proxy";\n'
    assert fresh.with_proxy({"a": "b"}, apt) == {"a": "b", "http_proxy": "http://proxy.example:3142"}
    assert fresh.with_proxy({"http_proxy": "http://mine.example"}, apt) == {"http_proxy": "http://mine.example"}


def test_the_settings_of_apt_that_lead_to_the_network_are_passed_on():
    text = 'Acquire::Check-Date "false";\nAcquire::http::Proxy "http://p.example";\nDPkg::Post-Invoke:: "rm";\n'
    assert fresh.APT.findall(text) == text.splitlines()[:2]


def test_a_file_of_mirrors_is_read(monkeypatch, tmp_path):
    listed = tmp_path / "debian.list"
    listed.write_text("# ours\n\nhttps://mirror.example/debian/\tpriority:1\n")
    source = f"deb mirror+file:{listed} bookworm main\n"
    monkeypatch.setattr(fresh.debian, "machine_sources", lambda: {"sources.list": source})
    assert fresh.mirror() == "https://mirror.example/debian/"


def test_a_machine_without_a_mirror_learns_what_is_missing(monkeypatch):
    monkeypatch.setattr(fresh.debian, "machine_sources", dict)
    with pytest.raises(progress.Problem, match="A Debian mirror is needed"):
        fresh.mirror()


def test_nothing_is_removed_while_something_is_mounted_in_it(monkeypatch, tmp_path):
    system = fresh.System.__new__(fresh.System)
    system.root = tmp_path / "13"
    (system.root / "proc").mkdir(parents=True)
    mounted = f"99 1 0:5 / {system.root}/proc rw - proc proc rw\n"
    monkeypatch.setattr(fresh.Path, "read_text", lambda self: mounted)
    with pytest.raises(progress.Problem, match="Something is mounted in"):
        system.remove()
    assert system.root.is_dir()
    monkeypatch.undo()
    system.remove()
    assert not system.root.exists()


def test_the_first_process_is_a_script_that_the_shell_understands():
    subprocess.run(["sh", "-n", "-c", fresh.INIT], check=True)


def test_the_last_outcome_of_a_release_is_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(fresh, "RESULTS", tmp_path / "debian.jsonl")
    for found in (FOUND, {**FOUND, "release": "12"}, {**FOUND, "failed": 1}):
        fresh.keep(found)
    assert fresh.read() == [{**FOUND, "release": "12"}, {**FOUND, "failed": 1}]


def test_the_table_shows_what_was_found():
    lines = fresh.table([FOUND]).splitlines()
    assert "| 13 | 3.13.5 | passed, 4.2 minutes | all | 61.3 | 2,150 | 0 | 3 | abc1234 |" in lines
    assert "| 12 | not tried yet | | | | | | | |" in lines


def test_the_page_shows_the_outcome_of_each_release():
    page = fresh.PAGE.read_text()
    assert page.count(fresh.BEGIN) == page.count(fresh.END) == 1
    assert {each["release"] for each in fresh.read()} <= set(fresh.RELEASES)
    assert fresh.table(fresh.read()) in page, "docs/support.md is old: LAB_DOCS_DEBIAN=1 bin/test debian"
