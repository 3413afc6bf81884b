"""Labels of a run: who is suspected, who is not, what stands in the reference table, and what corrections change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import special

from audit.language.saying import word
from audit.records import Example, Prediction
from audit.score.findings import find
from audit.score.frames import build_frames, with_twins
from audit.score.labels.correcting import corrected
from audit.score.labels.examining import FEWEST_ROWS, examine
from audit.score.labels.listing import ambiguous, pairs, state, suspects
from audit.score.labels.reference import NEAR, SAME, overlap, packed, seen_in_reference, shared_rows
from audit.score.labels.scores import labels
from audit.score.measurer import Measurer
from audit.score.measures import Measures
from audit.score.near.twins import Twins
from audit.score.performance import performance

CLASSES = tuple(f"class{i}" for i in range(6))


def run_of(n=600, *, seed=0, noise=0.0, skill=4.0, classes=CLASSES, texts=None, seen=None):
    """Frames of a table, and which of its labels are wrong; the model is as sure as it is right, better with more `skill`."""
    draw, k = np.random.default_rng(seed), len(classes)
    logits = draw.normal(0.0, 1.0, (n, k)) * (1.0 if skill else 2.0)
    true = draw.integers(0, k, n)
    logits[np.arange(n), true] += skill
    probs = np.round(special.softmax(logits, axis=1), 6)
    wrong = draw.random(n) < noise
    given = np.where(wrong, (true + draw.integers(1, max(k, 2), n)) % k, true)
    ids = [f"{i:016x}" for i in draw.permutation(2**20)[:n]]
    examples, answers = [], []
    for i, row_id in enumerate(ids):
        text = texts[i] if texts is not None else f"{row_id} has words of its own {draw.integers(10**9)}"
        examples.append(Example(row_id, text, label=classes[given[i]]))
        answers.append(
            Prediction(row_id, classes[int(probs[i].argmax())], tuple(probs[i].tolist()), 9, 9, probe="predict")
        )
    frames = with_twins(build_frames(answers, labels=classes, examples=examples, whole=True), examples)
    return replace(frames, seen=seen), {row_id for row_id, bad in zip(ids, wrong, strict=True) if bad}


def apart(n):
    """Texts of which no two are nearly the same."""
    draw = np.random.default_rng(1)
    return [" ".join(f"{word:x}" for word in draw.integers(2**24, size=8)) for _ in range(n)]


def measured(frames):
    return {measure.name: measure for measure in labels(frames, Measurer(0, resamples=200))}


@pytest.mark.parametrize("noise", [0.05, 0.10, 0.20])
def test_planted_wrong_labels_are_found_and_come_first(noise):
    frames, wrong = run_of(noise=noise)
    found = suspects(frames)
    right = found["row_id"].isin(wrong)
    assert right.sum() >= 0.65 * len(wrong)
    assert right.mean() >= 0.80
    assert right.head(len(wrong) // 2).mean() >= 0.95
    assert (np.diff(found["margin"]) >= 0).all()
    share = measured(frames)["label_error_share"]
    assert share.interval(0.95).low > 0.5 * noise
    assert set(share.evidence) <= set(found["row_id"])


def test_a_finding_is_one_and_says_how_many_rows_to_read():
    frames, _ = run_of(noise=0.15)
    told = [found for found in find(Measures(tuple(measured(frames).values()))) if "label" in found.id]
    (finding,) = [found for found in told if found.id.startswith("pattern:")]
    many = round(measured(frames)["label_suspect_share"].counts[0])
    assert finding.verdict == "FAIL"
    assert f"contradicts {many} labels with confidence" in finding.title
    assert not finding.decides


@pytest.mark.parametrize("skill", [1.5, 2.5, 4.0])
def test_right_labels_are_not_accused(skill):
    accused = 0
    for seed in range(20):
        frames, _ = run_of(300, seed=seed, skill=skill, classes=CLASSES[:3])
        accused += any(
            found.id.startswith("pattern:wrong-labels") for found in find(Measures(tuple(measured(frames).values())))
        )
    assert accused == 0


def test_a_model_that_guesses_accuses_nobody():
    for seed in range(10):
        frames, _ = run_of(300, seed=seed, skill=0.0)
        assert not suspects(frames).size
        assert "label_suspect_share" not in measured(frames)
        assert "no ground to doubt a label" in word(examine(frames).reason)


@pytest.mark.parametrize(("rows", "classes", "said"), [
    (3, CLASSES, f"from {FEWEST_ROWS} labelled texts on; here there are 3"),
    (80, ("only",), "two or more"),
])  # fmt: skip
def test_what_is_too_little_is_said(rows, classes, said):
    frames, _ = run_of(rows, classes=classes)
    assert said in word(examine(frames).reason)
    assert not suspects(frames).size
    assert word_of_state(frames).startswith(word(examine(frames).reason))


def word_of_state(frames):
    import json

    from audit.said import Said

    return word(Said.read(json.loads(state(frames)["reason"].iloc[0])))


def test_a_table_without_labels_says_so():
    frames, _ = run_of(80)
    bare = replace(
        frames, examples=frames.examples.assign(label=""), predictions=frames.predictions.assign(label="", correct=-1)
    )  # fmt: skip
    assert "no labels" in word(examine(bare).reason)
    assert set(measured(bare)) == {"near_duplicate_share"}


# -- the reference table


def test_rows_of_the_reference_table_are_no_part_of_the_claim_and_come_last():
    n = 600
    seen = np.zeros(n, dtype=np.int8)
    seen[:200] = SAME
    frames, wrong = run_of(n, noise=0.1, seen=seen)
    inside = set(frames.examples["row_id"][:200])
    share = measured(frames)["label_suspect_share"]
    assert share.n == 400
    assert not set(share.evidence) & inside
    assert "200 rows that stand in it are left out" in share.note
    listed = suspects(frames)
    assert listed["seen"].is_monotonic_increasing
    assert set(listed.loc[listed["seen"] == SAME, "row_id"]) <= inside
    assert set(listed.loc[listed["seen"] == SAME, "row_id"]) & wrong


def test_without_a_reference_table_it_is_said_that_nothing_is_known():
    frames, _ = run_of()
    assert "not known whether the model was trained" in measured(frames)["label_error_share"].note
    apart, _ = run_of(seen=np.zeros(600, dtype=np.int8))
    assert "none of these rows stands in the reference table" in measured(apart)["label_error_share"].note


def test_where_every_row_stands_there_no_share_is_told():
    frames, _ = run_of(seen=np.full(600, SAME, dtype=np.int8))
    found = measured(frames)
    assert "label_error_share" not in found
    assert found["leaked_share"].value == 1.0
    assert found["leaked_share"].context["same"] == 600
    assert "Every labelled row" in word_of_state(frames)


def test_what_a_run_keeps_of_the_overlap_comes_back():
    twins = Twins(np.array([0, 3, 3]), np.array([5, 1, 2]), np.array([1.0, 0.92, 0.97], dtype=np.float32))
    rows = [(f"row{i}", "a") for i in range(11)]
    kept = overlap(twins, rows, [(place + 2, "b") for place in range(9)])
    assert seen_in_reference({"reference": {"overlap": kept}}, 11).tolist() == [SAME, 0, 0, NEAR, *[0] * 7]
    first, second = shared_rows({"reference": {"overlap": kept}})
    assert first == {"row_id": "row0", "line": 7, "alike": 1.0, "label": "a", "other": "b"}
    assert (second["row_id"], second["line"], second["alike"]) == ("row3", 4, 0.97)


@pytest.mark.parametrize("said", [
    None, {}, {"reference": None}, {"reference": {"overlap": []}}, {"reference": {"overlap": {"same": 3, "near": ""}}},
    {"reference": {"overlap": {"same": "?", "near": "AA=="}}},
    {"reference": {"overlap": {"same": packed(np.ones(99, dtype=bool)), "near": "AA=="}}},
])  # fmt: skip
def test_what_others_wrote_there_is_not_believed(said):
    assert seen_in_reference(said, 8) is None
    assert shared_rows(said) == ()


def test_pairs_of_another_form_are_left_out():
    pair = {"row_id": "a", "line": 2, "alike": 0.95, "label": None, "other": "x"}
    bad = [{**pair, "row_id": 3}, {**pair, "alike": "much"}, {**pair, "line": True}, {**pair, "label": 1}, "a", None]
    assert shared_rows({"reference": {"overlap": {"pairs": [*bad, pair]}}}) == (pair,)


# -- near duplicates


def test_near_duplicates_and_those_with_another_label_are_counted():
    texts = apart(100)
    texts[1], texts[3] = texts[0] + "!", texts[2] + "?"
    frames, _ = run_of(100, texts=texts)
    label = frames.examples["label"].to_numpy().copy()
    label[:4] = ["class0", "class1", "class2", "class2"]
    frames = replace(frames, examples=frames.examples.assign(label=label))
    found = measured(frames)
    assert found["near_duplicate_share"].value == 0.04
    assert found["near_conflict_share"].value == 0.02
    assert found["near_duplicate_share"].counted
    listed = pairs(frames, suspects(frames))
    ids = frames.examples["row_id"].tolist()
    assert set(zip(listed["row_id"], listed["other"], strict=True)) == {
        (ids[0], ids[1]), (ids[1], ids[0]), (ids[2], ids[3]), (ids[3], ids[2])
    }  # fmt: skip


def test_rows_between_two_labels_that_their_near_duplicates_bear_are_ambiguous():
    texts = apart(100)
    texts[1] = texts[0] + "!"
    frames, _ = run_of(100, texts=texts)
    label, probs = frames.examples["label"].to_numpy().copy(), frames.probs.copy()
    label[:2] = ["class0", "class1"]
    probs[0], probs[1] = [0.5, 0.4, 0.1, 0, 0, 0], [0.1, 0.9, 0, 0, 0, 0]
    predictions = frames.predictions.assign(label=label)
    frames = replace(frames, examples=frames.examples.assign(label=label), predictions=predictions, probs=probs)
    found = ambiguous(frames)
    assert found["row_id"].tolist() == [frames.examples["row_id"][0]]
    assert found.iloc[0][["first", "second", "others"]].tolist() == ["class0", "class1", 1]
    assert found["gap"].iloc[0] == pytest.approx(0.1)


# -- corrections


def test_corrected_labels_change_accuracy_by_exactly_what_was_corrected():
    frames, wrong = run_of(noise=0.1)
    raw = frames.predictions.set_index("row_id")
    listed = [row_id for row_id in suspects(frames)["row_id"] if row_id in wrong]
    changed = {row_id: raw.loc[row_id, "predicted"] for row_id in listed[:20]} | dict.fromkeys(listed[20:25])
    before, after = (_accuracy(some) for some in (frames, corrected(frames, changed)))
    hits = (raw["correct"] == 1).sum()
    assert before.value == pytest.approx(hits / 600)
    assert after.n == 595
    assert after.value == pytest.approx((hits + 20) / 595)
    assert frames.predictions["label"].tolist() == raw["label"].tolist(), "the run's own frames stay"


def _accuracy(frames):
    return next(measure for measure in performance(frames, Measurer(0)) if measure.name == "accuracy")


def test_a_label_that_is_corrected_counts_where_there_was_none():
    frames, _ = run_of(60)
    row_id = str(frames.predictions["row_id"][0])
    frames = replace(frames, predictions=frames.predictions.assign(label="", correct=-1))
    made = corrected(frames, {row_id: "class1"})
    assert isinstance(made.predictions, pd.DataFrame)
    assert (made.predictions["correct"] >= 0).sum() == 1
