"""The parts of the fuzz are found, and docs/security.md shows what they found."""
import pytest

from e2e.fuzz import results
from lab import fuzz, progress

RUN = {"suite": "codec", "commit": "abc1234", "lxml": "4.9.2", "seed": 1, "first": 0, "count": 25_000, "seconds": 30.2,
       "findings": [], "outcomes": {}}


def test_an_unknown_part_is_named():
    with pytest.raises(progress.Problem, match="There is no codex. Parts: codec, routes, chains"):
        fuzz.run(["codec", "codex"])


def test_runs_of_one_commit_add_up():
    text = fuzz.table([
        RUN, {**RUN, "first": 25_000, "seed": 2, "findings": ["1: KeyError"], "coverage": {"parser.py": 98.5}},
        {**RUN, "lxml": "6.1.3"}])
    assert "| codec | 4.9.2 | abc1234 | 1, 2 | 50,000 | 60 | 1 |" in text
    assert "| codec | 6.1.3 | abc1234 | 1 | 25,000 | 30 | 0 |" in text
    assert "`parser.py` 98.5 %" in text


def test_a_run_goes_on_where_the_last_one_with_the_same_code_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FILE", tmp_path / "results" / "fuzz.jsonl")
    monkeypatch.setattr(results, "commit", lambda: "abc1234")
    assert results.done("codec", 1, lxml="4.9.2") == 0
    facts = {key: value for key, value in RUN.items() if key not in ("commit", "first")}
    for first in (0, 25_000):
        results.append(**facts, first=first)
    assert results.done("codec", 1, lxml="4.9.2") == 50_000
    assert results.done("codec", 2, lxml="4.9.2") == results.done("chains", 1) == 0
    monkeypatch.setattr(results, "commit", lambda: "def5678")
    assert results.done("codec", 1, lxml="4.9.2") == 0


def test_the_page_shows_the_results():
    page = fuzz.PAGE.read_text()
    assert page.count(fuzz.BEGIN) == page.count(fuzz.END) == 1
    assert fuzz.table(results.read()) in page, "docs/security.md is old: bin/test fuzz writes it"
