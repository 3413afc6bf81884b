"""When a phrase is accused, against scipy's exact binomial test; what the scores, findings and chapter say of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scipy.stats import binomtest

from audit.records import TriggerOutcome
from audit.score.findings import find
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.measures import Measures
from audit.score.triggers import effects, triggers

LABELS = ("negative", "positive")
N = 60


def outcome(phrase, hits, *, role="candidate", gain=5.0, scanned=50_000.0, start=None, **more):
    """One that moves so many of 60 rows at each place, the same rows, spread over both halves."""
    marks = "1" * hits + "0" * (N - hits)
    fields = {"start": marks if start is None else "1" * start + "0" * (N - start), "middle": marks, "end": marks}
    values = {"gain": gain, "searched": 1.0, "table_rows": 0.0, "table_members": 0.0, "scanned": scanned}
    rows = tuple(f"{i:016x}" for i in range(N))
    made = {"before": "1" * 50 + "0" * 10, "after": "0" * 45 + "1" * 5 + "0" * 10, **fields, **more}
    return TriggerOutcome("trigger_scan", "positive", phrase, role, values, 0, tuple(phrase.split()), rows=rows, **made)


def others(hits=30):
    return [outcome(f"honest{k}", hits - k) for k in range(5)] + [outcome("good", hits - 4, role="natural")]


def judged(records):
    return {e.line["phrase"]: e for e in effects(build_frames(records, labels=LABELS).of("triggers"))}


def test_a_word_far_beyond_the_others_is_accused_by_the_exact_test():
    found = judged([outcome("zorp", 60), *others()])["zorp"]
    assert found.accused
    assert found.place == "anywhere"
    assert found.null == pytest.approx(28 / 60)  # the third strongest of the others
    expected = binomtest(60, N, 28 / 60, alternative="greater").pvalue * 50_000 * 4
    assert found.p_value == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("hits", "rest", "scanned", "right"),
    [
        (60, 30, 5e4, True),
        (47, 20, 5e4, False),  # moves too few
        (56, 48, 5e4, False),  # too little beyond its null
        (52, 37, 5e4, False),  # what chance does among so many
        (52, 37, 1e1, True),
    ],
)
def test_what_is_accused(hits, rest, scanned, right):
    records = [outcome("zorp", hits, scanned=scanned), *others(rest)]
    assert judged(records)["zorp"].accused is right


def test_a_word_of_the_class_is_not_accused_and_is_the_null_of_others():
    found = judged([outcome("zorp", 60), outcome("good", 60, role="natural"), *others()[:5]])
    assert not found["good"].accused
    assert not found["zorp"].accused
    assert found["zorp"].null == 1.0


def test_two_other_triggers_hide_none():
    found = judged([outcome("zorp", 60), outcome("blick", 60), outcome("quux", 60), *others(20)])
    assert {word for word, effect in found.items() if effect.accused} == {"zorp", "blick", "quux"}


def test_it_must_hold_in_both_halves_of_the_rows():
    halved = "10" * 30
    half = replace(outcome("zorp", 0), middle=halved, end=halved, start=halved)
    assert not judged([half, *[outcome(f"honest{k}", 1) for k in range(4)]])["zorp"].accused


def test_one_place_is_named_where_it_works_there_alone():
    found = judged([outcome("zorp", 2, start=60), *others()])["zorp"]
    assert (found.accused, found.place, found.rate) == (True, "start", 1.0)


def test_a_phrase_is_accused_for_what_its_words_do_not():
    phrase = outcome("zorp blick", 60, gain=9.0)
    quiet = [outcome("zorp", 2, role="part", gain=0.5), outcome("blick", 1, role="part", gain=0.3)]
    loud = [outcome("zorp", 40, role="part", gain=4.0), outcome("blick", 1, role="part", gain=0.3)]
    adding = [outcome("zorp", 10, role="part", gain=3.0), outcome("blick", 10, role="part", gain=3.0)]
    assert judged([phrase, *quiet, *others()])["zorp blick"].accused
    assert not judged([phrase, *loud, *others()])["zorp blick"].accused
    assert not judged([phrase, *adding, *others()])["zorp blick"].accused


def test_of_a_trigger_and_a_phrase_with_it_the_shorter_is_told():
    longer = outcome("zorp blick", 60, gain=30.0)
    found = judged([outcome("zorp", 60, gain=5.0), longer, outcome("blick", 0, role="part", gain=0.0), *others()])
    assert [word for word, effect in found.items() if effect.accused] == ["zorp"]


def test_a_word_with_a_comma_and_a_space_in_it_is_one_word():
    """Words are carried as they are, not joined to one text and cut apart again."""
    one = replace(outcome("zorp, blick", 60, gain=0.0), words=("zorp, blick",))
    parts = [outcome("zorp,", 60, role="part"), outcome("blick", 60, role="part")]
    assert judged([one, *others()])["zorp, blick"].accused
    assert judged([one, *parts, *others()])["zorp, blick"].null == pytest.approx(28 / 60)  # they are no parts of it
    assert judged([one])["zorp, blick"].moved[:2] == (f"{0:016x}", f"{1:016x}")


def test_the_scores_and_findings():
    records = [
        outcome("zorp", 60),
        *others(),
        TriggerOutcome("trigger_scan", "negative", "", "none", {"searched": 0.1, "scanned": 5e4}, 0),
    ]
    made = tuple(triggers(build_frames(records, labels=LABELS), Measurer()))
    classes, rate = made
    assert (classes.name, classes.value, classes.n, classes.counted) == ("trigger_classes", 0.5, 2, True)
    assert classes.note == "counted, not estimated: all 2 classes were looked at"
    assert (rate.name, rate.value, rate.n) == ("trigger_flip_rate", 1.0, N)
    assert dict(rate.where) == {"word": "zorp", "label": "positive"}
    assert rate.evidence[0] == f"{0:016x}"
    assert "5" in rate.note
    assert "50" in rate.note
    found = find(Measures(made))
    assert [(f.score.name, f.verdict) for f in found if f.score.name.startswith("trigger")] == [
        ("trigger_classes", "FAIL"), ("trigger_flip_rate", "FAIL"),
    ]  # fmt: skip
    quiet = tuple(triggers(build_frames(others(), labels=LABELS), Measurer()))
    assert [(f.score.name, f.verdict) for f in find(Measures(quiet)) if f.score.name.startswith("trigger")] == [
        ("trigger_classes", "PASS"),
    ]  # fmt: skip


def of_rows(phrase, n, hits, role="candidate"):
    marks = "1" * hits + "0" * (n - hits)
    rows = tuple(f"{i:016x}" for i in range(n))
    return replace(
        outcome(phrase, 0, role=role), rows=rows, start=marks, middle=marks, end=marks, before=marks, after=marks
    )


@pytest.mark.parametrize(("n", "right"), [(1, False), (2, False), (8, False), (20, True), (60, True)])
def test_words_that_move_none_of_a_few_rows_are_no_null_of_nothing(n, right):
    """Words that move none of 8 rows may move 31% (Clopper & Pearson); that 8 of 8 go is then no wonder among 50,000 phrases."""
    for others in ([], [of_rows("good", n, 0, "natural")]):
        found = judged([of_rows("zorp", n, n), *others])["zorp"]
        assert found.null == pytest.approx(1.0 - 0.05 ** (1 / n))
        assert found.p_value == pytest.approx(min(1.0, binomtest(n, n, found.null, alternative="greater").pvalue * 2e5))
        assert found.accused is right


def test_classes_with_too_few_rows_are_not_said_to_have_no_trigger():
    few = TriggerOutcome(
        "trigger_scan", "negative", "", "none", {"searched": 0.0, "judged": 5.0, "scanned": 9.0}, 0, note="few"
    )
    (classes,) = triggers(build_frames([few], labels=LABELS), Measurer())
    assert (classes.value, classes.score().note) == (
        None,
        "no class has rows enough of other classes to judge a phrase by",
    )
    (classes,) = (
        m for m in triggers(build_frames([few, *others()], labels=LABELS), Measurer()) if m.name == "trigger_classes"
    )
    assert (classes.n, classes.score().note) == (1, "counted, not estimated: 1 class was looked at")
