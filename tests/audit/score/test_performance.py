import numpy as np
import pytest
from scipy.stats import binomtest
from simulated import example, prediction
from sklearn import metrics

from audit.score.data import label_distribution
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.measures import POINT_ROWS
from audit.score.performance import confusion, confusions, performance
from models.label_sets import join_labels
from models.task import Labels

LABELS = ("a", "b", "c")
MEASURER = Measurer(0, 500)


def framed(truth, guess, labels=LABELS, **more):
    examples = [example(f"row {i}", label) for i, label in enumerate(truth)]
    records = []
    for i, label in enumerate(guess):
        probs = np.full(len(labels), 0.1)
        probs[labels.index(label) if label in labels else 0] = 0.5 + i / 1000
        records.append(prediction(f"row {i}", label, probs))
    return build_frames(records, labels=labels, examples=examples, **more)


def drawn(n=300, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.choice(LABELS, size=n, p=[0.6, 0.3, 0.1])
    guess = np.where(rng.random(n) < 0.7, truth, rng.choice(LABELS, size=n))
    return list(truth), list(guess)


def measured(frames):
    return {measure.key: measure for measure in performance(frames, MEASURER)}


def test_the_figures_are_sklearns():
    truth, guess = drawn()
    found = measured(framed(truth, guess))
    assert found["accuracy"].value == metrics.accuracy_score(truth, guess)
    assert found["macro_f1"].value == pytest.approx(metrics.f1_score(truth, guess, average="macro"))
    report = metrics.classification_report(truth, guess, output_dict=True)
    for label in LABELS:
        assert found[f"class_recall[label={label}]"].value == pytest.approx(report[label]["recall"])
        assert found[f"class_precision[label={label}]"].value == pytest.approx(report[label]["precision"])
        assert found[f"class_f1[label={label}]"].value == pytest.approx(report[label]["f1-score"])
        assert found[f"class_recall[label={label}]"].n == report[label]["support"]


def test_macro_f1_counts_the_classes_that_have_rows_and_says_when_it_is_unstable():
    found = measured(framed(["a"] * 20 + ["b"] * 3, ["a"] * 20 + ["b", "b", "c"]))["macro_f1"]
    assert found.value == pytest.approx((1.0 + 0.8) / 2)
    assert "unstable: the rarest class has 3 rows" in found.note
    assert "1 of 3 classes has no rows" in found.note


def test_evidence_of_accuracy_are_the_surest_errors():
    frames = framed(["a", "a", "b", "b"], ["b", "a", "a", "a"])
    wrong = frames.predictions.sort_values("confidence", ascending=False)
    expected = tuple(wrong.loc[wrong["correct"] == 0, "row_id"])
    assert measured(frames)["accuracy"].evidence == expected


def test_rows_without_a_label_are_left_out_and_none_at_all_gives_nothing():
    found = measured(framed(["a", None, "b"], ["a", "a", "a"]))["accuracy"]
    assert (found.value, found.n) == (0.5, 2)
    assert "1 row without a label" in found.note
    assert measured(framed([None, None], ["a", "b"])) == {}


def test_duplicates_weigh_and_widen():
    examples = [example("x", "a"), *(example("y", "a", occurrence=k) for k in range(1, 9))]
    records = [prediction("x", "b", (0.1, 0.8, 0.1)), prediction("y", "a", (0.8, 0.1, 0.1))]
    found = measured(build_frames(records, labels=LABELS, examples=examples))["accuracy"]
    assert (found.value, found.n) == (pytest.approx(8 / 9), 9)
    assert found.counts[1] == pytest.approx(81 / 65)  # Kish's effective number of texts
    assert "the interval rests on 1 text" in found.note


def test_confusion_counts_pairs_with_their_rows():
    truth, guess = drawn(80, 2)
    table = confusion(framed(truth, guess))
    expected = metrics.confusion_matrix(truth, guess, labels=LABELS)
    for line in table.itertuples():
        assert line.rows == expected[LABELS.index(line.true), LABELS.index(line.predicted)]
        assert line.share == pytest.approx(line.rows / expected[LABELS.index(line.true)].sum())
        assert len(line.row_ids) == min(line.rows, POINT_ROWS)
    assert table["rows"].sum() == 80


def test_the_most_confused_pair_comes_first():
    truth = ["a"] * 50 + ["b"] * 50
    guess = ["a"] * 30 + ["b"] * 20 + ["b"] * 45 + ["c"] * 5
    found = list(confusions(framed(truth, guess), MEASURER))
    assert [str(m.where) for m in found] == ["label=a,predicted=b", "label=b,predicted=c"]
    assert found[0].value == 0.4
    assert found[0].context["hits"] == 20


def test_several_labels_at_once_are_right_only_all_together_and_counted_class_by_class():
    frames = framed(["a|b", "c", "a"], ["a|b", "c|a", "a"], task=Labels(LABELS))
    found = measured(frames)
    assert found["accuracy"].value == pytest.approx(2 / 3)
    truth, guess = [[1, 1, 0], [0, 0, 1], [1, 0, 0]], [[1, 1, 0], [1, 0, 1], [1, 0, 0]]
    assert found["macro_f1"].value == pytest.approx(metrics.f1_score(truth, guess, average="macro"))
    assert confusion(frames).empty


def test_names_that_hold_the_sign_between_labels_are_counted_as_themselves():
    labels = ("a", "b", "a|b")
    truth, guess = [[1, 0, 1], [0, 0, 1], [1, 1, 0], [0, 1, 0]], [[1, 0, 1], [1, 1, 0], [1, 1, 0], [0, 0, 1]]
    said = [
        [join_labels([label for label, on in zip(labels, row, strict=True) if on], labels) for row in rows]
        for rows in (truth, guess)
    ]
    frames = framed(*said, task=Labels(labels))
    found = measured(frames)
    assert found["accuracy"].value == pytest.approx(0.5)
    for label, recall in zip(labels, metrics.recall_score(truth, guess, average=None, zero_division=0), strict=True):
        assert found[f"class_recall[label={label}]"].value == pytest.approx(recall)
    counts = label_distribution(frames).set_index(["kind", "label"])["rows"]
    assert [counts["data", label] for label in labels] == list(np.sum(truth, axis=0))
    assert [counts["model", label] for label in labels] == list(np.sum(guess, axis=0))


def test_no_errors_on_few_rows_leave_room_below_one():
    found = measured(framed(["a"] * 5 + ["b"] * 3, ["a"] * 5 + ["b"] * 3))
    for label, rows in (("a", 5), ("b", 3)):
        score = found[f"class_f1[label={label}]"].score(0.95)
        exact = binomtest(rows, rows).proportion_ci(0.95, "exact")
        assert (score.value, score.high) == (1.0, 1.0)
        assert score.low == pytest.approx(2 * exact.low / (1 + exact.low))
        assert "unstable" in score.note
    assert found["macro_f1"].value == 1.0
    assert 0.3 < found["macro_f1"].interval(0.95).low < 0.9
