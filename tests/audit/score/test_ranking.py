"""Which findings stand first, and which are told as one."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.said import Number, Said, Telling, literal
from audit.score.causes import cause_of
from audit.score.ranking import in_order, told_once, usual
from audit.scored import Finding, Score
from audit.slices import Slice, of_group


def reference(*ranges):
    models = tuple(
        Said(
            "note.bundled_model",
            {"model": "m", "share": Number(low), "range": Number(None, "share", low, high), "rows": 60},
        )
        for low, high in ranges
    )
    return (Said("note.bundled", {"models": models}),)


def finding(
    name="flip_rate",
    low=0.3,
    *,
    kind="pattern",
    verdict="FAIL",
    severity="medium",
    where=None,
    probe="",
    n=100,
    notes=(),
    best=0.1,
):
    score = Score(
        name, low + 0.05, low, low + 0.1, 0.95, n, "wilson", "lower_is_better", name, probe=probe,
        where=where or Slice(), notes=notes,
    )  # fmt: skip
    return Finding(
        f"{kind}:{name}:{score.key}", Telling(literal(f"{score.key} is high")), verdict, severity, score, best, 0.95
    )


def ids(told):
    return [one.finding.score.key for one in told]


def test_what_reference_models_show_as_well_stands_behind_what_they_do_not():
    known = finding(
        probe="homoglyphs", low=0.4, severity="high", kind="check", notes=reference((0.1, 0.2), (0.3, 0.45))
    )
    beyond = finding(probe="case", low=0.3, severity="low", notes=reference((0.0, 0.06)))
    unknown = finding("trigger_flip_rate", severity="low", where=Slice(word="zorp"))
    assert (usual(known.score), usual(beyond.score), usual(unknown.score)) == (True, False, False)
    for order in permutations((known, beyond, unknown)):
        assert in_order(order)[-1] is known


def test_what_decides_nothing_and_is_usual_is_context_and_stands_last():
    context = finding(probe="homoglyphs", low=0.15, notes=reference((0.1, 0.2)))
    deciding = finding(probe="case", low=0.15, kind="check", notes=reference((0.1, 0.2)))
    open_ = finding("a", 0.0, verdict="INCONCLUSIVE", kind="check")
    passed = finding("b", 0.0, verdict="PASS", kind="check")
    assert in_order((context, passed, open_, deciding)) == [deciding, open_, passed, context]


def test_whether_it_is_usual_is_said_beside_the_number():
    ranges = reference((0.1, 0.2))
    (many,), (few,), (alone,) = (
        told_once([finding(low=low, notes=notes)]) for low, notes in ((0.4, ranges), (0.15, ranges), (0.4, ()))
    )
    assert many.finding.note.endswith("None of the models it is compared with shows as much.")
    assert few.finding.note.endswith("Usual models show as much.")
    assert alone.finding.note == ""


def test_of_what_is_better_high_a_model_is_usual_down_to_the_worst_of_the_others():
    score = Score(
        "worst_case_retained", 0.3, 0.25, 0.35, 0.95, 60, "wilson", "higher_is_better", "worst_case_retained",
        notes=reference((0.5, 0.7), (0.34, 0.6)),
    )  # fmt: skip
    assert usual(score)
    assert not usual(Score(**{**{f: getattr(score, f) for f in score.__slots__ if f not in ("slice",)}, "high": 0.33}))


def test_then_by_severity_then_what_decides_then_by_rows_that_are_surely_beyond():
    grave = finding("a", 0.15, severity="critical")
    decides = finding("b", 0.15, kind="check")
    many = finding("c", 0.4, n=400)
    few = finding("d", 0.8, n=20)
    open_ = finding("e", 0.9, verdict="INCONCLUSIVE", severity="critical", kind="check")
    passed = finding("f", 0.0, verdict="PASS", kind="check")
    for order in permutations((grave, decides, many, few, open_, passed)):
        assert in_order(order) == [grave, decides, many, few, open_, passed]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            finding("trigger", where=Slice(word="zorp", label="positive")),
            finding("shortcut_word", where=Slice(word="Zorp")),
        ),
        (finding("length_effect", where=Slice(feature="case")), finding("flip_rate", probe="case")),
        (
            finding("swap", where=Slice(identity="female / male", dimension="gender")),
            finding("swap", where=Slice(identity="male / other", dimension="gender")),
        ),
        (
            finding("fail", where=Slice(capability="negation", test="a")),
            finding("fail", where=Slice(capability="negation")),
        ),
        (
            finding("accuracy_gap", where=of_group("region")),
            finding("group_accuracy", where=of_group("region", "north")),
        ),
        (
            finding("class_recall", where=Slice(label="fee")),
            finding("confusion_share", where=Slice(label="fee", predicted="x")),
        ),
        (finding("attack_success_rate", probe="pwws"), finding("accuracy_under_attack", probe="textfooler")),
        (finding("accuracy"), finding("macro_f1")),
    ],
)
def test_one_fault_is_told_once_in_its_strongest_form(one, two):
    assert cause_of(one) == cause_of(two) != ()
    weaker = finding("else", 0.11, where=Slice(word="another"))
    told = told_once((two, weaker, one))
    assert len(told) == 2
    strongest = next(t for t in told if t.also)
    assert {strongest.finding.id, strongest.also[0].id} == {one.id, two.id}
    assert strongest.also[0].title.lower() in strongest.finding.note.lower()
    assert strongest.finding.title == in_order((one, two))[0].title


def test_different_words_groups_and_features_are_different_faults():
    apart = (
        finding(where=Slice(word="a")), finding(where=Slice(word="b")), finding(where=Slice(feature="length")),
        finding(where=of_group("a")), finding(where=of_group("b")), finding(probe="case"), finding(probe="zero_width"),
        finding("error_share", probe="case"), finding("ece"), finding("truncated_share"),
    )  # fmt: skip
    assert len(told_once(apart)) == len(apart)


def test_what_passed_stands_by_itself():
    passed = [finding(verdict="PASS", kind="check", probe=probe, low=0.0) for probe in ("pwws", "textfooler")]
    assert len(told_once(passed)) == 2


def test_many_of_one_cause_are_counted():
    many = [finding(f"score_{n}", 0.3, where=Slice(word="zorp")) for n in range(9)]
    (told,) = told_once(many)
    assert len(told.also) == 8
    assert told.finding.note.count("“") == 3
    assert "and in 5 more findings" in told.finding.note


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["FAIL", "INCONCLUSIVE", "PASS"]), st.floats(0, 0.9)),
        max_size=12,
    )
)
def test_nothing_is_lost_and_the_order_does_not_depend_on_the_order_they_come_in(drawn):
    made = [
        finding(f"s{n}", low, verdict=verdict, where=Slice(word=word)) for n, (word, verdict, low) in enumerate(drawn)
    ]
    told = told_once(made)
    assert sorted([t.finding.id for t in told] + [a.id for t in told for a in t.also]) == sorted(f.id for f in made)
    assert ids(told) == ids(told_once(reversed(made)))


def test_a_word_that_rows_hold_and_a_column_like_a_dimension_of_people_are_one_cause_with_their_own_tests():
    for one, two in (
        (finding("slice_gap", where=Slice(holds="Honestly")), finding("word_beyond", where=Slice(word="honestly"))),
        (
            finding("group_gap", where=of_group("Gender")),
            finding("identity_gap_widest", where=Slice(dimension="gender")),
        ),
    ):
        assert cause_of(one) == cause_of(two) != ()


def test_a_finding_about_a_suite_tells_of_the_tests_that_it_names():
    suite = replace(
        finding("failing_tests", severity="high", kind="check", probe="s"),
        said=Telling(Said("finding.failing_tests.fail", {"named": "'blame denied', 'not \"bad\"'"})),
    )
    tests = [
        finding("behaviour_failure", where=Slice(test=name, capability="Negation", suite="s"), severity="high")
        for name in ("Blame denied", "said twice")
    ]
    told = told_once([*tests, suite])
    assert [one.finding.score.name for one in told] == ["failing_tests", "behaviour_failure"]
    assert [one.score.where["test"] for one in told[0].also] == ["Blame denied"]
    passed = replace(suite, verdict="PASS")
    assert [len(one.also) for one in told_once([*tests, passed])] == [1, 0]  # both tests are of one capability
