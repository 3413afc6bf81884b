"""Rows in a language that the model does not know: counted, found, told once, and nothing said where nothing is known."""

from __future__ import annotations

import pytest

from audit.records import to_dict
from audit.score.findings import find, verdict
from audit.score.languages import language_measures, rows_of
from audit.score.measures import Measures
from audit.score.policy import load_policy

CHINESE = {
    "rows": {"zh": 58, "en": 2},
    "model": ["en"],
    "foreign": ["zh"],
    "by": "card",
    "tokens": 1200,
    "unknown": 480,
}
PATTERNS = "pattern:other-language"


def measures(**changes):
    return Measures(tuple(language_measures({"table": {"language": CHINESE | changes}})))


def pattern(found):
    told = [f for f in find(found, load_policy()) if f.id.startswith(PATTERNS)]
    return told[0] if told else None


def test_the_shares_are_counts_over_counts_without_interval():
    found = measures()
    foreign, unknown = found.find("foreign_share").score(), found.find("unknown_token_share").score()
    assert (foreign.value, foreign.n, foreign.low, foreign.high, foreign.method) == (58 / 60, 60, None, None, "counted")
    assert (unknown.value, unknown.low) == (480 / 1200, None)


def test_the_finding_names_the_languages_and_the_unknown_tokens():
    told = pattern(measures())
    assert told.verdict == "FAIL"
    assert told.title == "96.7% of the rows are in a language the model does not know: Chinese"
    assert "the model was trained on English; 480 of the 1,200 tokens of the texts (40.0%)" in told.note
    assert told.severity == "high"


def test_it_informs_and_decides_nothing():
    found = find(measures(), load_policy())
    assert verdict(f for f in found if f.id.startswith("pattern:")) == "INCONCLUSIVE"


@pytest.mark.parametrize(
    "changes",
    [
        {"foreign": [], "rows": {"en": 60}, "unknown": 3},
        {"rows": {"zh": 3, "en": 57}},
        {"by": ""},
    ],
)
def test_nothing_is_found_where_nothing_is_wrong(changes):
    assert pattern(measures(**changes)) is None


def test_a_model_without_tokens_is_held_against_its_card_alone():
    found = measures(tokens=0, unknown=0)
    assert found.find("unknown_token_share") is None
    assert "tokens" not in pattern(found).note


@pytest.mark.parametrize(
    "said",
    [
        None, {}, {"table": None}, {"table": {"language": []}}, {"table": {"language": {"rows": {"zh": -3}}}},
        {"table": {"language": {"rows": {"zh": True, "<b>x</b>": 9}, "foreign": "zh", "by": "card"}}},
    ],
)  # fmt: skip
def test_what_others_wrote_in_a_bundle_is_held_against_its_form(said):
    assert list(language_measures(said)) == []


def test_measures_of_languages_are_kept_and_read_back():
    found = measures()
    again = Measures.from_bytes(found.to_bytes())
    assert [to_dict(score) for score in again.scores()] == [to_dict(score) for score in found.scores()]
    assert pattern(again).title == pattern(found).title


def test_rows_left_out_are_read_by_probe():
    said = {"left_out": {"pwws": {"zh": 12, "not a code": 3, "de": 0}}}
    assert rows_of(said, "left_out", "pwws") == {"zh": 12}
    assert rows_of(said, "left_out", "lime") == {}
