"""What the measurements are made of, without a database."""
from xml.etree import ElementTree

import pytest

from bench import chart, generate, run, table
from lab import progress


def test_each_measurement_is_found_and_says_what_it_is():
    names = run.names()
    assert {"generate", "ratios", "screens", "table"} <= names.keys()
    assert all(names.values())
    # Modules that the others use aren't measurements.
    assert not {"chart", "grow", "pages", "run", "seed"} & names.keys()


def test_an_unknown_measurement_is_named(capsys):
    with pytest.raises(progress.Problem, match="“speeed”.*screens"):
        run.run(["speeed"])
    assert not run.run(["list"])
    assert "screens" in capsys.readouterr().out


def test_sizes():
    assert generate.name_of("10k") == "bench_10k"
    with pytest.raises(progress.Problem):
        generate.name_of("10k; DROP DATABASE x")


def test_growth_is_that_of_blocks_and_small_pages_do_not_count():
    found = {("after", "1k"): {"blocks": 4}, ("after", "100k"): {"blocks": 45}, ("before", "1k"): {"blocks": 100}}
    assert table.ratio(found, "after") == 1.5
    assert table.ratio(found, "before") is None


def test_a_chart_is_xml_and_has_its_figures():
    root = ElementTree.fromstring(chart.bars("A & B", [("list <all>", 120000, 9)], ("before", "now")))
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"A & B", "list <all>", "120,000", "9", "before", "now"} <= set(texts)
