"""A run without labels: no answer is called right or wrong, for nothing says which is."""

from __future__ import annotations

import re

import pytest
from sample_run import RUNS

from audit.report.build import build_report
from audit.report.caps import CAPS
from audit.report.chapters.explanations import explanations
from audit.report.chapters.robustness import robustness
from audit.report.chapters.summary import summary
from audit.report.strings import strings

UNTRUE = re.compile(r"still right|already wrong|[Aa]ccuracy|Right under|has right|has wrong|rows right")
COLUMNS = re.compile(r"columns=\([^)]*\)")
"""Of the tables behind figures: nobody reads their names."""


@pytest.mark.parametrize(("run", "found"), [("unlabelled", False), ("reviews", True)])
def test_the_chapters_say_what_is_true(store, run, found):
    report = build_report(store, RUNS[run], "full")
    say, caps = strings("en"), CAPS["full"]
    for chapter in (robustness, explanations):
        said = COLUMNS.sub("", repr(chapter(report, say, caps)))
        assert bool(UNTRUE.search(said)) is found, chapter
    if not found:
        assert "Unchanged under attack" in repr(robustness(report, say, caps))
        assert "answers unchanged" in repr(robustness(report, say, caps))


def test_the_summary_of_all_attacks_together_says_what_is_true(store):
    for run, found in (("unlabelled", False), ("reviews", True)):
        sections = summary(build_report(store, RUNS[run], "full"), strings("en"), CAPS["full"]).sections
        told = " ".join(item for s in sections if s.id == "summary-found" for block in s.blocks for item in block.items)
        assert "Taking all ways of attack together" in told
        assert bool(re.search("stays? right|right answer", told)) is found
