import ast
import os
import pathlib

import pytest

from lab import paths, progress, testing


def test_file_is_found_from_the_current_folder():
    arguments, named = testing.with_absolute_paths(["tests/test_testing.py::test_x", "-k", "order"], paths.ROOT / "lab")
    assert named == [paths.ROOT / "lab/tests/test_testing.py"]
    assert arguments == [f"{named[0]}::test_x", "-k", "order"]


def test_file_is_found_from_the_root_of_the_repository(tmp_path):
    assert testing.with_absolute_paths(["lab/tests"], tmp_path)[1] == [paths.ROOT / "lab/tests"]


def test_options_are_no_paths(tmp_path):
    assert testing.with_absolute_paths(["-x", "--lf", "-k", "not slow"], tmp_path)[1] == []


def test_missing_programs_are_named_and_a_missing_browser_fails_ci(monkeypatch, capsys):
    monkeypatch.setattr(testing.shutil, "which", lambda name: None)
    monkeypatch.delenv("CI", raising=False)
    testing._check_programs()
    said = capsys.readouterr().err
    assert "apt-get install chromium" in said
    assert "wkhtmltopdf is missing, so PDFs are not tested" in said
    monkeypatch.setenv("CI", "true")
    with pytest.raises(progress.Problem, match="apt-get install chromium"):
        testing._check_programs()
    monkeypatch.setattr(testing.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(testing.ctypes.util, "find_library", lambda name: None)
    with pytest.raises(progress.Problem, match="apt-get install libatomic1"):
        testing._check_programs()
    monkeypatch.setattr(testing.ctypes.util, "find_library", lambda name: f"lib{name}.so.1")
    testing._check_programs()


def test_every_test_file_runs_in_exactly_one_process():
    files = testing.test_files()
    parts = testing.dealt_out(files, 2)
    assert sorted(parts[0] + parts[1]) == files
    assert all(parts)


def test_the_tests_that_share_a_browser_stay_in_one_process():
    parts = testing.dealt_out(testing.test_files(), 2)
    assert sum(any(map(testing.shares_servers, part)) for part in parts) == 1
    for file in (paths.ROOT / "e2e").glob("test_*.py"):
        uses = {"site", "servers", "chromium", "log_in", "buyer"} & arguments_of_functions(file)
        assert testing.shares_servers(file) == bool(uses), f"{file.name} uses {uses}"


def arguments_of_functions(file):
    return {
        argument.arg for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)
        for argument in node.args.args}


def test_two_processes_have_about_as_much_to_do():
    shorter, longer = sorted(map(testing._seconds, testing.dealt_out(testing.test_files(), 2)))
    assert shorter > 0.9 * longer


def test_an_interrupt_ends_the_whole_run(monkeypatch, tmp_path):
    monkeypatch.setattr(testing.process.paths, "LOG", tmp_path)
    monkeypatch.setattr(testing, "pytest_command", lambda *arguments: ["sh", "-c", arguments[-1]])
    parts = [[pathlib.Path("kill -INT $$")], [pathlib.Path("sleep 600")]]
    assert testing._run_parts(parts, ["a", "b"], [], {"PATH": os.defpath})


def test_the_failure_of_any_process_is_the_failure_of_the_run(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(testing.process.paths, "LOG", tmp_path)
    monkeypatch.setattr(testing, "pytest_command", lambda *arguments: [
        "sh", "-c", f"echo part {arguments[-1]}; [ {arguments[-1]} = 0 ] || kill -TERM $$"])
    parts = [[pathlib.Path("0")], [pathlib.Path("1")]]
    assert testing._run_parts(parts, ["a", "b"], [], {"PATH": os.defpath})
    assert "part 1" in capsys.readouterr().out
