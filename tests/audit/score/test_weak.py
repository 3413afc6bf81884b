"""Weak parts of a table: planted ones are found and come first, shuffled ones are not, and the test of all together is exact."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from audit.records import Example, Prediction
from audit.score.frames import build_frames, with_marks
from audit.score.measurer import Measurer
from audit.score.performance import labelled
from audit.score.splitting import halves
from audit.score.text_marks import FORMS, TextMarks
from audit.score.weak.candidates import Parts, classes, single
from audit.score.weak.searching import max_t, weakest, with_pairs
from audit.score.weak.slices import weak_slices
from audit.slices import Slice

LABELS = ("no", "yes")
WORDS = [f"topic{i}" for i in range(60)]


def table(n=1200, seed=0, weak=lambda words, groups, label, text: False, share=0.08, listed=None):
    """Frames of a table whose answers are wrong by chance, and in nearly half of a part."""
    draw = np.random.default_rng(seed)
    often = 1.0 / np.arange(3, 63)
    examples, answers = [], []
    for _ in range(n):
        words = [str(w) for w in draw.choice(WORDS, size=int(draw.integers(3, 20)), p=often / often.sum())]
        groups = {"region": str(draw.choice(["north", "south", "east"]))}
        label, text = LABELS[int(draw.integers(2))], " ".join(words) + ("?" if draw.random() < 0.2 else "")
        wrong = draw.random() < (0.45 if weak(words, groups, label, text) else share)
        answer = LABELS[(LABELS.index(label) + wrong) % 2]
        row = f"{draw.integers(2**62):016x}"
        examples.append(Example(row, text, label=label, groups=groups))
        answers.append(Prediction(row, answer, (0.1, 0.9) if answer == "yes" else (0.9, 0.1), 9, 9, probe="predict"))
    order = range(n) if listed is None else np.random.default_rng(listed).permutation(n)
    listed_so = [examples[i] for i in order]
    return with_marks(build_frames(answers, labels=LABELS, examples=listed_so), examples)


def found(frames, seed=0):
    return sorted(weak_slices(frames, Measurer(seed)), key=lambda m: (m.context["p_value"], -(m.value or 0.0)))


@pytest.mark.parametrize(("where", "weak"), [
    (Slice(holds="topic9"), lambda words, *_: "topic9" in words),
    (Slice({"group:region": "north"}), lambda _, groups, *__: groups["region"] == "north"),
    (Slice({"group:region": "north"}, label="yes"), lambda _, groups, label, __: groups["region"] == "north" and label == "yes"),
    (Slice(form="question"), lambda *given: "?" in given[-1]),
])  # fmt: skip
def test_a_part_in_which_the_model_is_weak_is_found_and_comes_first(where, weak):
    first, *_ = found(table(weak=weak))
    assert first.where == where
    assert first.context["p_value"] <= 0.01
    assert 0.2 < first.value < 0.5
    assert first.interval(0.95).low > 0.1
    assert first.value == pytest.approx(first.context["rest"] - first.context["inside"])


def test_long_texts_are_a_part():
    first, *_ = found(table(weak=lambda words, *_: len(words) > 16))
    assert first.context["p_value"] <= 0.01
    assert {name for name in first.where if name.startswith("words_over")} == {"words_over"}


def test_its_rows_are_wrong_rows_of_the_part():
    frames = table(weak=lambda words, *_: "topic9" in words)
    rows = labelled(frames).set_index("row_id")
    first, *_ = found(frames)
    assert len(first.evidence) == 10
    assert (rows.loc[list(first.evidence), "correct"] == 0).all()
    held = frames.marks.words[:, [frames.marks.vocabulary.index("topic9")]].toarray().ravel() > 0
    assert set(first.evidence) <= set(frames.examples.loc[held, "row_id"])


def test_the_order_of_the_table_does_not_matter():
    def weak(words, *_):
        return "topic9" in words

    one, other = (found(table(weak=weak, listed=seed))[0] for seed in (None, 5))
    assert (one.where, one.value, one.counts) == (other.where, other.value, other.counts)


def test_shuffled_tables_show_no_weak_part_more_often_than_one_in_twenty():
    frames = table(n=500, share=0.2)
    rows = labelled(frames).reset_index(drop=True)
    singles, cutting = single(rows, frames, frames.marks), classes(rows)
    wrong = np.where(rows["correct"] == 0, 1.0, 0.0)
    searched, alarms, draw = halves(rows["content_id"], 0), 0, np.random.default_rng(1)
    for _ in range(200):
        shuffled = draw.permutation(wrong)
        looked = with_pairs(singles, cutting, shuffled, searched)
        chosen = looked.some(weakest(looked.of(searched), shuffled[searched]))
        tested = max_t(chosen.of(~searched), shuffled[~searched], draw, permutations=99)
        alarms += bool((tested <= 0.05).any())
    assert alarms <= stats.binom.ppf(0.999, 200, 0.05)


@settings(max_examples=12, deadline=None)
@given(st.integers(30, 200), st.floats(0.15, 0.85), st.floats(0.1, 0.9), st.integers(0, 99))
def test_of_one_part_the_test_is_that_of_fisher(n, share, wrongs, seed):
    draw = np.random.default_rng(seed)
    inside, wrong = draw.random(n) < share, np.where(draw.random(n) < wrongs, 1.0, 0.0)
    parts = Parts((Slice(holds="x"),), sparse.csc_array(inside[:, None].astype(np.float32)))
    (p,) = max_t(parts, wrong, draw, permutations=2000)
    if min(inside.sum(), (~inside).sum()) < 10 or not 0 < wrong.sum() < n:
        assert p == 1.0
        return
    hits = wrong[inside].sum()
    exact = stats.hypergeom.sf(hits - 1, n, int(wrong.sum()), int(inside.sum()))
    assert p == pytest.approx(exact, abs=4.5 * np.sqrt(exact * (1 - exact) / 2000) + 0.002)


def test_halves_are_halves_and_go_by_the_content():
    ids = pd.Series([f"{i * 0x9E3779B97F4A7C15 % 2**64:016x}" for i in range(4000)])
    half = halves(ids, 0)
    assert half.mean() == pytest.approx(0.5, abs=0.04)
    assert (halves(ids[::-1].reset_index(drop=True), 0) == half[::-1]).all()
    assert 0.4 < (halves(ids, 1) != half).mean() < 0.6


@pytest.mark.parametrize("frames", [
    table(n=150, share=0.2), table(n=300, share=0.0), table(n=300, share=1.0),
    with_marks(build_frames([], labels=LABELS, examples=[]), []),
], ids=["few rows", "no errors", "all wrong", "nothing"])  # fmt: skip
def test_where_nothing_can_be_said_nothing_is(frames):
    assert found(frames) == []


def test_a_table_without_labels_or_texts_has_no_parts():
    examples = [Example(f"{i:016x}", f"text {i}") for i in range(300)]
    answers = [Prediction(e.row_id, "yes", (0.2, 0.8), 3, 3, probe="predict") for e in examples]
    assert found(with_marks(build_frames(answers, labels=LABELS, examples=examples), examples)) == []
    assert table().marks is not None
    assert build_frames(answers, labels=LABELS, examples=examples).marks is None


def test_marks_are_the_words_the_length_and_the_form_of_a_text():
    made = TextMarks()
    texts = ["Is it REAL?", "房间很大！", "see www.a.org, “7” 🙂\nnow", ""]
    for text in texts:
        made.add(text)
    made.add("yes", "no\nyes")
    marks = made.marks(np.array([2, 0, 1, 3, 4]))
    named = [{marks.vocabulary[i] for i in marks.words[[row]].indices} for row in range(5)]
    assert named[1] == {"is", "it", "real"}
    assert named[2] == {"房间", "很大"} or "房间" in named[2]
    assert named[3] == set()
    assert marks.lengths[1] == 3
    assert marks.lengths[3] == 0
    shown = [{name for name, has in zip(FORMS, row, strict=True) if has} for row in marks.forms]
    assert shown[0] == {"digits", "emoji", "address", "line_break", "quotes"}
    assert shown[1] == {"question", "capitals"}
    assert shown[2] == {"exclamation"}
    assert shown[3] == shown[4] == set()
