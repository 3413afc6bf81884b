"""docs/behaviour.md: its example is a suite, and its lists are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from audit.behave.suites import toml_file
from audit.behave.suites.bundled import bundled, names
from audit.behave.suites.layouts import LAYOUTS
from audit.behave.suites.model import MOST_TEXTS, WANTED
from audit.behave.suites.toml_file import parse_toml
from audit.score.intervals import share_interval

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "behaviour.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]


def test_the_example_is_a_suite_and_says_what_the_page_says():
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    suite = parse_toml(example, "docs/behaviour.md")
    denied, entities, stronger, more = suite.tests
    assert [case.labels for case in denied.cases] == [("negative",), ("positive",), *[("negative",)] * 3]
    assert "The book was not great." not in {text for case in denied.cases for text in case.texts}
    assert entities.cases[0].texts == ("Emma liked the film.", "Ming liked the film.", "Olga liked the film.")
    assert stronger.expectation.unless == ("negative",)
    assert len(more.cases) == 3


def test_every_field_and_every_expectation_is_told():
    of = {"suite": toml_file._Suite, "test": toml_file._Test, "template": toml_file._Template}
    told = {
        (owner.strip(), field)
        for fields, owners, *_ in (row for row in ROWS if len(row) == 3 and row[1] != "of")
        for owner in owners.split(",")
        for field in re.findall(r"`(\w+)`", fields)
        if owner.strip() in of
    }
    assert told == {(owner, field) for owner, model in of.items() for field in model.model_fields}
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    fields = {field for _, field in told}
    assert {field for field in fields if not re.search(rf"\b{field}\b", example)} == set()
    assert [one for all_of in WANTED.values() for one in all_of if f"`{one}`" not in PAGE] == []


def test_every_layout_is_told_with_its_columns():
    told = {row[0].partition(" (")[0]: set(re.findall(r"`(\w+)`", row[1])) for row in ROWS if len(row) == 3}
    for layout in LAYOUTS:
        name = next(name for name in told if name.startswith(layout.name))
        assert set(layout.columns) <= told[name], layout.name


def test_the_suites_that_come_with_assay_are_told_with_their_sizes():
    told = [row for row in ROWS if len(row) == 5 and row[0].startswith("`")]
    languages = {"en": "English", "zh": "Chinese"}
    found = [(name, bundled(name)) for name in names()]
    assert [row[:4] for row in told] == [
        [f"`{name}`", languages[suite.language], str(len(suite.tests)), f"{suite.cases:,}"] for name, suite in found
    ]


def test_numbers_of_the_page_are_those_of_the_code():
    assert f"{MOST_TEXTS:,} texts of up to" in PAGE
    assert f"its file {toml_file.LARGEST >> 20} MB" in PAGE
    assert share_interval(0, 73).high <= 0.05 < share_interval(0, 72).high, "from how many cases a test can pass"
