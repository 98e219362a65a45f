import pytest

from lab import paths, progress, test


def test_file_is_found_from_where_the_person_stands():
    arguments, named = test.with_absolute_paths(["tests/test_test.py::test_x", "-k", "order"], paths.ROOT / "lab")
    assert named == [paths.ROOT / "lab/tests/test_test.py"]
    assert arguments == [f"{named[0]}::test_x", "-k", "order"]


def test_file_is_found_from_the_root_of_the_repository(tmp_path):
    assert test.with_absolute_paths(["lab/tests"], tmp_path)[1] == [paths.ROOT / "lab/tests"]


def test_options_are_no_paths(tmp_path):
    assert test.with_absolute_paths(["-x", "--lf", "-k", "not slow"], tmp_path)[1] == []


def test_missing_browser_fails_ci_and_warns_elsewhere(monkeypatch, capsys):
    monkeypatch.setattr(test.shutil, "which", lambda name: None)
    monkeypatch.delenv("CI", raising=False)
    test._check_browser()
    assert "apt-get install chromium" in capsys.readouterr().err
    monkeypatch.setenv("CI", "true")
    with pytest.raises(progress.Problem, match="apt-get install chromium"):
        test._check_browser()
