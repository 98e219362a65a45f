from lab import debian

DEB822 = """\
Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""


def test_mirror_is_found_in_deb822_sources():
    assert debian.mirrors({"debian.sources": DEB822}) == ["http://mirror.example/debian"]


def test_mirror_is_found_in_one_line_sources():
    text = (
        "# deb http://old.example/debian bookworm main\n"
        "deb-src http://source.example/debian bookworm main\n"
        "deb [arch=amd64 signed-by=/x.gpg] http://mirror.example/debian/ bookworm main contrib # ours\n"
        "deb http://mirror.example/debian-security bookworm-security main\n"
    )
    assert debian.mirrors({"sources.list": text}) == ["http://mirror.example/debian/"]


def test_archives_of_others_that_call_a_suite_stable_come_last():
    other = "deb [signed-by=/other.gpg] http://browser.example/linux/deb stable main\n"
    assert debian.mirrors({"browser.list": other, "debian.sources": DEB822})[0] == "http://mirror.example/debian"


def test_disabled_and_foreign_entries_are_no_mirrors():
    text = DEB822.replace("Types: deb\n", "Types: deb\nEnabled: no\n")
    assert debian.mirrors({"debian.sources": text, "x.list": "deb http://x.example/apt cloud-bookworm main\n"}) == []


def test_cloud_image_with_a_file_of_mirrors():
    text = DEB822.replace("http://mirror.example/debian\n", "mirror+file:///etc/apt/mirrors/debian.list\n")
    assert debian.mirrors({"debian.sources": text})[0] == "mirror+file:///etc/apt/mirrors/debian.list"


def test_machine_without_a_mirror_learns_what_is_missing(monkeypatch, tmp_path):
    import pytest

    from lab import progress

    monkeypatch.setattr(debian, "machine_sources", dict)
    monkeypatch.setattr(debian, "KEYRINGS", [tmp_path])
    monkeypatch.setattr(debian.shutil, "which", lambda name: name)
    with pytest.raises(progress.Problem, match="no entry has a suite such as"):
        debian.fetch({"sid": ["odoo-19"]}, "Odoo 19")
