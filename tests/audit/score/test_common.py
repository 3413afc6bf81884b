"""Which rows two runs share: by content, else by text and pair, and what of them differs."""

from __future__ import annotations

import hashlib
import json

from audit.records import Example, Prediction
from audit.score.common import common
from audit.score.frames import build_frames
from audit.score.pairing import changed_rows, compare_runs


def run(rows, labels=("negative", "positive")):
    """A run of (text, label, groups, predicted), its row ids as tables make them."""
    examples, records = [], []
    for text, label, groups, predicted in rows:
        row_id = hashlib.sha256(json.dumps([text, None, label, groups]).encode()).hexdigest()[:16]
        examples.append(Example(row_id, text, label=label, groups=groups))
        probs = tuple(0.9 if name == predicted else 0.1 / (len(labels) - 1) for name in labels)
        records.append(Prediction(row_id, predicted, probs, 5, 5))
    return build_frames(records, labels=labels, examples=examples)


def rows(n, label="positive", predicted="positive", groups=None):
    return [(f"text {i}", label, groups or {}, predicted) for i in range(n)]


def scores(first, second):
    return {difference.key: difference for difference in compare_runs(first, second)}


def test_groups_named_otherwise_part_no_texts():
    one, two = (
        run(rows(40, groups={"region": "north"})),
        run(rows(40, groups={"region": "North"}, predicted="negative")),
    )
    assert common(one, two).texts == common(one, two).groups == 40
    assert common(one, two).said == (
        "40 of the 40 texts in common stand in other groups in the two runs; they are compared all the same.",
    )
    accuracy = scores(one, two)["accuracy"]
    assert (accuracy.n, accuracy.first, accuracy.second, accuracy.lost) == (40, 1.0, 0.0, 40)
    changed = changed_rows(one, two)
    assert list(changed["row_id"]) == list(one.examples["row_id"])
    assert list(changed["row_id_second"]) == list(two.examples["row_id"])


def test_texts_labelled_otherwise_are_left_out_of_accuracy_and_told():
    one = run(rows(40))
    two = run([*rows(30), *[(f"text {i}", "negative", {}, "positive") for i in range(30, 40)]])
    assert (common(one, two).texts, common(one, two).labels) == (40, 10)
    assert "10 of the 40 texts in common have other labels" in common(one, two).said[0]
    assert "left out of what depends on a label" in common(one, two).said[0]
    accuracy = scores(one, two)["accuracy"]
    assert (accuracy.n, accuracy.lost, accuracy.second) == (30, 0, 1.0)


def test_nothing_is_gained_by_another_label():
    one, two = run(rows(4)), run(rows(4, label="negative", predicted="negative"))
    assert set(changed_rows(one, two)["change"]) == {"other"}


def test_models_with_other_label_names_are_each_judged_by_their_own():
    one = run(rows(40))
    two = run(rows(40, label="good", predicted="good"), labels=("bad", "good"))
    assert common(one, two).judged_apart
    assert "each is judged by its own" in common(one, two).said[0]
    assert (scores(one, two)["accuracy"].n, scores(one, two)["accuracy"].second) == (40, 1.0)


def test_a_text_that_stands_twice_is_matched_row_by_row():
    twice = [
        ("same", "positive", {}, "positive"),
        ("same", "negative", {}, "negative"),
        ("other", "positive", {}, "positive"),
    ]
    one, two = run(twice), run(list(reversed(twice)))
    assert (common(one, two).texts, common(one, two).labels) == (3, 0)
    moved = run([(text, label, {"region": "n"}, predicted) for text, label, _, predicted in twice])
    assert (common(one, moved).texts, common(one, moved).labels, common(one, moved).groups) == (3, 0, 3)


def test_no_text_in_common_is_said():
    assert common(run(rows(3)), run([("else", "positive", {}, "positive")])).said == (
        "These runs have no text in common, so only their scores can be put side by side.",
    )
    assert common(run(rows(3)), run(rows(3))).said == ()
