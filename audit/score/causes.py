"""What a finding is about, so that one fault is told once: the word, feature, group, capability or class that its score names."""

from __future__ import annotations

import re

from audit.kinds import names
from audit.scored import Finding, Score
from audit.slices import GROUP

Cause = tuple[str, ...]

_QUOTED = re.compile(r"'([^']+)'")
COLUMNS = (
    "word",
    "feature",
    "dimension",
    "identity",
    "capability",
    "test",
    "holds",
    "form",
    "words_over",
    "words_upto",
)
"""Columns of a slice that name a cause, the first that a score has: a word it depends on, a feature of the form of a text, what
people are told apart by, what is tested, what the rows of a part have."""
SAME = {"holds": "word"}
"""A word that rows hold is the word that decides them. A column of the table is a dimension of people by the same name."""
CLASS = "label"
"""Names a cause where nothing nearer does."""
FEATURES = {"case": "case", "punctuation": "punctuation", "numbers": "digits"}
"""Perturbations that change a feature which other scores name; the others are a feature of their own."""
OVERALL = ("accuracy", "subset_accuracy", "macro_f1", "micro_f1", "hamming_loss")
"""Scores of how often the model is right: where one is low the others are."""


def cause_of(finding: Finding) -> Cause:
    """What two findings share if they tell of one fault; empty where a finding is about nothing that others could name.

    Args:
        finding: any; a test that was skipped has no cause.
    """
    return () if finding.asked == "skipped" else _named(finding.score) or _of_probe(finding.score)


def test_of(finding: Finding) -> Cause:
    """The test of a suite that a finding is about; empty where it is about none."""
    test = finding.score.where.get("test")
    return ("test", str(test).casefold()) if test else ()


def told_with(finding: Finding) -> tuple[Cause, ...]:
    """What a finding tells of besides: the tests that one about a whole suite names."""
    named = finding.said.title.values.get("named")
    if finding.score.name != "failing_tests" or not isinstance(named, str):
        return ()
    return tuple(("test", test.casefold()) for test in _QUOTED.findall(named))


def _named(score: Score) -> Cause:
    where = score.where
    for column in COLUMNS:
        if where.get(column):
            return SAME.get(column, column), str(where[column]).casefold()
    groups = tuple(name.removeprefix(GROUP).casefold() for name in where if name.startswith(GROUP))
    if groups:
        return ("dimension", *groups)
    return (CLASS, str(where[CLASS])) if where.get(CLASS) else ()


def _of_probe(score: Score) -> Cause:
    if score.where or score.definition == "error_share":
        return ()
    if score.name in OVERALL:
        return ("overall",)
    name = next(iter(score.registered), score.probe)
    if score.probe == "attacks" or name in names("attack"):
        return ("attacks",)
    if score.probe == "perturbations" or name in names("perturbation"):
        return "feature", FEATURES.get(name, name)
    return ()
