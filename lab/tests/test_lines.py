"""Lines have at most 120 characters, also in files that ruff does not check."""
import pytest

from lab import paths

MOST_CHARACTERS = 120
SUFFIXES = (".css", ".html", ".js", ".xml")
# The top folders whose lines are checked.
FOLDERS = (paths.ADDON, *paths.GLUE, "simulator")


@pytest.mark.parametrize("folder", FOLDERS)
def test_lines_are_short_enough_to_read(folder):
    files = sorted(file for file in (paths.ROOT / folder).rglob("*") if file.suffix in SUFFIXES)
    assert files
    assert [
        f"{file.relative_to(paths.ROOT)}:{number}"
        for file in files for number, line in enumerate(file.read_text().splitlines(), start=1)
        if len(line) > MOST_CHARACTERS and " " in line.strip()  # there is no place to break a list of groups
    ] == []
