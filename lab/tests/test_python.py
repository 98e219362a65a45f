import importlib
import os
import sys

import pytest

from lab import progress, python


def _program(folder, name, text):
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_pins_are_read_as_a_toml_parser_reads_them():
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    groups = tomllib.loads((python.paths.ROOT / "pyproject.toml").read_text())["dependency-groups"]
    assert {name: python.pinned(name) for name in groups} == groups
    assert all("==" in pin for pins in groups.values() for pin in pins)


def test_shim_that_does_not_run_is_passed_over(monkeypatch, tmp_path):
    _program(tmp_path, "python3.13", "echo 'command not found' >&2; exit 127")
    _program(tmp_path, "python3.12", "echo 3 12")
    monkeypatch.setattr(sys, "executable", "/nowhere/python3")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert python.find_interpreter() == str(tmp_path / "python3.12")


def test_python_too_new_for_odoo_is_passed_over_and_named(monkeypatch, tmp_path):
    _program(tmp_path, "python3", "echo 3 14")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python3"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(progress.Problem, match=r"3\.10 to 3\.13.*apt-get install python3"):
        python.find_interpreter()


def test_python_without_venv_names_the_command_that_fixes_it(tmp_path):
    _program(tmp_path, "python3", "echo \"No module named 'ensurepip'\" >&2; exit 1")
    with pytest.raises(progress.Problem, match="apt-get install python3-venv"):
        python._create(os.fspath(tmp_path / "python3"))
