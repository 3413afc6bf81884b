import random
import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulated import attack, example, explained, perturbed, prediction, row_id, simulated_run

from audit.records import Change, Example, Prediction
from audit.score.frames import FrameBuilder, build_frames
from audit.score.record_rows import values_of
from models.task import Label

LABELS = ("negative", "positive")


def test_a_text_that_is_listed_twice_stands_once_and_weighs_two():
    examples = [example("a", "positive"), example("b", "negative"), example("a", "positive", occurrence=2)]
    records = [prediction("b", "negative", (0.9, 0.1)), prediction("a", "positive", (0.2, 0.8))]
    frames = build_frames(records, labels=LABELS, examples=examples)
    assert list(frames.predictions["row_id"]) == [row_id("a"), row_id("b")]  # table order
    assert list(frames.predictions["weight"]) == [2, 1]
    assert list(frames.examples["weight"]) == [2, 1]
    assert frames.probs == pytest.approx(np.array([[0.2, 0.8], [0.9, 0.1]]))


def test_weights_may_be_given_instead():
    frames = build_frames(
        [prediction("a", "positive", (0.2, 0.8))],
        labels=LABELS, examples=[example("a", "positive")], weights={row_id("a"): 7},
    )  # fmt: skip
    assert list(frames.predictions["weight"]) == [7]
    assert list(frames.examples["weight"]) == [7]


def test_records_of_every_duplicate_count_once_with_the_first_kept():
    first, second = attack("a", "success"), attack("a", "failed")
    second = second.__class__(**{**{f: getattr(second, f) for f in second.__slots__}, "row_id": row_id("a") + "-2"})
    frames = build_frames([second, first], labels=LABELS)
    assert list(frames.attacks["status"]) == ["success"]
    assert list(frames.attacks["weight"]) == [2]


def test_the_order_of_the_records_changes_nothing():
    examples, records, labels = simulated_run(40, duplicates=5)
    shuffled = list(records)
    random.Random(1).shuffle(shuffled)
    one, two = (build_frames(part, labels=labels, examples=examples) for part in (records, shuffled))
    for name in ("predictions", "attacks", "perturbations", "attributions", "words", "changes"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    assert np.array_equal(one.probs, two.probs)


def test_without_examples_records_stand_in_order_of_their_ids():
    records = [prediction(name, "positive", (0.2, 0.8)) for name in "cab"]
    frames = build_frames(records, labels=LABELS)
    assert list(frames.predictions["row_id"]) == sorted(row_id(name) for name in "cab")
    assert (frames.predictions["correct"] == -1).all()


def test_columns_hold_what_the_records_say():
    change = Change(2, 5, "Bad", 2, 6, "poor")
    records = [
        prediction("x", "negative", (0.7, 0.3), tokens=40, kept=32),
        attack(
            "x",
            "success",
            stand_ins=("vectors: minilm",),
            label="negative",
            right="negative",
            changes=(change,),
            valid=None,
        ),
        perturbed("x", 1, 2),
        explained("x Bad y", [0.1, -0.5, 0.0], metrics={"tau_loo": 0.4}),
        explained("z z", [1.0, 2.0], method="lime"),
    ]
    frames = build_frames(records, labels=LABELS)
    assert frames.predictions.loc[0, ["confidence", "tokens", "truncated"]].tolist() == [0.7, 40, True]
    row = frames.attacks.loc[0]
    assert (row["probe"], row["name"], row["stand_ins"], row["before"], row["after"], row["valid"]) == (
        "textfooler", "textfooler", "vectors: minilm", "negative", "positive", -1,
    )  # fmt: skip
    assert frames.changes[["word", "start", "end"]].to_numpy().tolist() == [["bad", 2, 5]]
    assert frames.perturbations.loc[0, ["variants", "changed", "flips", "before"]].tolist() == [3, 2, 1, "positive"]
    assert frames.metrics == ("tau_loo",)
    by_method = frames.attributions.set_index("probe")["tau_loo"]
    assert by_method["integrated_gradients"] == 0.4
    assert np.isnan(by_method["lime"])
    own = frames.attributions.index[frames.attributions["probe"] == "integrated_gradients"][0]
    words = frames.words[frames.words["owner"] == own]
    assert list(words["word"]) == ["x", "bad", "y"]
    assert list(frames.ranks[words.index]) == [1.0, 3.0, 2.0]


def test_errors_stay_and_are_marked():
    records = [
        prediction("a", "", (), error="broken"),
        attack("a", "error"),
        perturbed("a", 0, 0, error="no"),
        explained("a", [0], error="no"),
    ]
    frames = build_frames(records, labels=LABELS, examples=[example("a", "positive")])
    for frame in (frames.predictions, frames.attacks, frames.perturbations, frames.attributions):
        assert list(frame["error"]) == [True]
    assert np.isnan(frames.probs).all()


def test_groups_are_columns_and_may_be_missing():
    examples = [example("a", groups={"region": "north"}), example("b"), example("c", groups={"age": "old"})]
    frames = build_frames([], labels=LABELS, examples=examples)
    assert frames.groups == ("region", "age")
    assert frames.examples["group:region"].tolist() == ["north", "", ""]
    assert frames.examples["group:age"].tolist() == ["", "", "old"]


def test_no_records_are_empty_frames_with_their_columns():
    frames = build_frames([], labels=LABELS)
    for name in ("examples", "predictions", "attacks", "perturbations", "attributions", "words", "changes"):
        assert len(getattr(frames, name)) == 0
    assert {"row_id", "weight", "status"} <= set(frames.attacks.columns)
    assert frames.ranks.size == 0


def test_memory_grows_by_a_few_hundred_bytes_a_row():
    """Ten records of a row are about 6 kB as objects; their columns must stay far below."""

    def records(n):
        for number in range(n):
            text = f"one two three four five {number}"
            yield prediction(text, "positive", (0.2, 0.8))
            yield attack(text, "success")
            yield explained(text, [0.1] * 6)

    tracemalloc.start()
    frames = build_frames(records(1_500), labels=LABELS)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(frames.attributions) == 1_500
    assert used / 1_500 < 1_500


def test_a_prediction_is_held_in_a_hundred_bytes_however_many_labels_there_are():
    """A million rows are predicted beside their scores; ids are end to end, probabilities may be left out."""
    labels = tuple(f"label {i}" for i in range(50))
    builder = FrameBuilder(Label(labels), probabilities=False)
    tracemalloc.start()
    for number in range(4_000):
        name = f"{number:016x}"
        builder.add_example(Example(name, "a text", None, labels[number % 50]))
        builder.add(Prediction(name, labels[number % 7], (0.02,) * 50, 9, 9))
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used / 4_000 < 120
    frames = builder.frames()
    assert frames.probs.shape == (4_000, 0)
    assert list(frames.predictions["row_id"][:2]) == ["0" * 16, f"{1:016x}"]
    assert frames.predictions["confidence"].eq(0.02).all()


def test_records_of_rows_the_table_lacks_come_after_the_others_and_keep_their_own_weight():
    records = [prediction(name, "positive", (0.2, 0.8)) for name in "cabdef"]
    twice = [replace(record, row_id=f"{record.row_id}-2") for record in records[:1]]
    frames = build_frames([*twice, *records], labels=LABELS, examples=[example("b", "negative")])
    assert list(frames.predictions["row_id"]) == [row_id("b"), *sorted(row_id(name) for name in "cadef")]
    weights = dict(zip(frames.predictions["row_id"], frames.predictions["weight"], strict=True))
    assert weights == {row_id(name): 2 if name == "c" else 1 for name in "cabdef"}
    assert list(frames.predictions["label"]) == ["negative", *[""] * 5]


@pytest.mark.parametrize(
    ("column", "kind", "value", "stands"),
    [
        ("error", "?", None, False),
        ("error", "?", "no", True),
        ("share", "d", None, "nan"),
        ("share", "d", 1, "1.0"),
        ("valid", "b", None, -1),
        ("valid", "b", True, 1),
        ("label", "s", None, ""),
        ("label", "s", ("a", "b"), "a, b"),
        ("rows", "i", ("a", "b"), 2),
    ],
)
def test_a_field_stands_in_a_column_of_its_name(column, kind, value, stands):
    (cell,) = values_of(SimpleNamespace(**{column: value}), {column: kind})
    assert (str(cell) if kind == "d" else cell) == stands


def test_a_column_that_no_field_is_named_like_is_a_fault():
    with pytest.raises(AttributeError, match="colour"):
        values_of(prediction("a", "positive", (0.2, 0.8)), {"colour": "s"})
