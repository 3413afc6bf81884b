from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from simulated import example, explained, row_id, simulated_run

from audit.records import Attribution, Change
from audit.score.frames import build_frames
from audit.score.importance import importance, intervals
from audit.score.measurer import Measurer
from audit.score.overlap import attacked_words, overlaps, place_table
from audit.score.word_rows import word_rows, word_table

LABELS = ("negative", "positive")
IG = "integrated_gradients"


@pytest.fixture(scope="module")
def run():
    examples, records, labels = simulated_run(250, seed=3)
    return build_frames(records, labels=labels, examples=examples)


def found(frames, name):
    return [m for m in importance(frames, Measurer(0, 300)) if m.name == name and m.probe == IG]


def test_a_word_counts_once_a_text_with_the_mean_of_its_places():
    frames = build_frames([explained("Good good film", [1.0, 3.0, 0.5]), explained("good", [4.0])], labels=LABELS)
    lines = word_rows(frames, IG)
    assert lines.score[lines.of("good")].tolist() == [2.0, 4.0] or lines.score[lines.of("good")].tolist() == [4.0, 2.0]
    assert lines.of("absent") == slice(0, 0)
    table = word_table(lines, IG, min_texts=2)
    assert table["word"].tolist() == ["good"]
    assert table[["mean", "texts", "positive"]].iloc[0].tolist() == [3.0, 2, 2]


def test_the_test_of_a_word_is_students_and_corrected_over_all_words(run):
    lines = word_rows(run, IG)
    table = word_table(lines, IG)
    for line in table.head(5).itertuples():
        own = lines.of(line.word)
        scores = lines.score[own][lines.target[own] == line.target]
        expected = stats.ttest_1samp(scores, 0.0)
        assert line.mean == pytest.approx(scores.mean())
        assert line.error == pytest.approx(stats.sem(scores))
        assert line.p_value == pytest.approx(expected.pvalue, abs=1e-12)
    assert table["q_value"].to_numpy() == pytest.approx(stats.false_discovery_control(table["p_value"]), abs=1e-12)


def test_planted_words_lead_and_neutral_ones_are_not_listed(run):
    listed = found(run, "word_importance")
    words = {m.context["word"] for m in listed}
    assert {"great", "charming", "good", "awful", "boring", "bad", "cruise"} <= words
    assert len(words - {"great", "charming", "good", "awful", "boring", "bad", "cruise"}) <= 2
    top = listed[0]
    assert top.score().low > 0.6
    assert len(top.evidence) == 10
    assert top.context["texts"] >= 10


def test_the_shortcut_is_found_and_words_with_meaning_are_not(run):
    shortcuts = found(run, "shortcut_word")
    assert [(m.context["word"], m.context["label"]) for m in shortcuts] == [("cruise", "negative")]
    assert "labelled 'negative' in" in shortcuts[0].note


def test_few_texts_accuse_no_word():
    """A word that carries meaning but is in few texts cannot be told from a neutral one, so it is not accused."""
    examples, records, labels = simulated_run(60, seed=4)
    frames = build_frames(records, labels=labels, examples=examples)
    assert {m.context["word"] for m in found(frames, "shortcut_word")} <= {"cruise"}


def test_without_labels_there_are_no_shortcuts():
    examples, records, labels = simulated_run(120, seed=3, labelled=False)
    assert found(build_frames(records, labels=labels, examples=examples), "shortcut_word") == []


def test_contrasts_and_methods_without_a_direction_accuse_no_word():
    examples, records, labels = simulated_run(250, seed=3)
    contrasted = [replace(r, target="negative-vs-positive") if isinstance(r, Attribution) else r for r in records]
    frames = build_frames(contrasted, labels=labels, examples=examples)
    assert found(frames, "shortcut_word") == []
    assert found(frames, "word_importance")
    unsigned = [replace(r, unit="none") if isinstance(r, Attribution) else r for r in records]
    assert found(build_frames(unsigned, labels=labels, examples=examples), "word_importance") == []


def test_listed_words_get_bootstrap_intervals_and_their_rows(run):
    lines = word_rows(run, IG)
    table = intervals(run, word_table(lines, IG).head(4), lines)
    assert ((table["low"] < table["mean"]) & (table["mean"] < table["high"])).all()
    assert table["row_ids"].map(len).tolist() == table["texts"].clip(upper=200).tolist()
    half = (table["high"] - table["low"]) / 2
    assert half.to_numpy() == pytest.approx(1.96 * table["error"].to_numpy(), rel=0.25)


def test_no_explanations_no_words():
    frames = build_frames([], labels=LABELS, examples=[example("a", "positive")])
    assert found(frames, "word_importance") == []
    assert word_table(word_rows(frames, IG), IG).empty


def attacked(text, word):
    from simulated import attack

    start = text.index(word)
    return attack(text, "success", changes=(Change(start, start + len(word), word, start, start + 1, "x"),))


def test_attacked_words_are_found_in_the_explanation_by_their_place():
    text = "good film good enough indeed"
    records = [explained(text, [0.9, 0.1, 0.2, 0.0, -0.5]), attacked(text, "film")]
    table = attacked_words(build_frames(records, labels=LABELS), "textfooler", IG)
    assert table[["row_id", "word", "rank", "words", "flagged"]].to_numpy().tolist() == [
        [row_id(text), "film", 3.0, 5, False]
    ]
    assert table["chance"].iloc[0] == 0.2
    top = attacked_words(build_frames([records[0], attacked(text, "good")], labels=LABELS), "textfooler", IG)
    assert top["flagged"].tolist() == [True]  # the first of the two places, not the second


def test_only_explanations_of_the_attacked_class_count():
    text = "good film good enough indeed"
    records = [explained(text, [0.9, 0.1, 0.2, 0.0, -0.5], target="negative"), attacked(text, "film")]
    assert attacked_words(build_frames(records, labels=LABELS), "textfooler", IG).empty


def test_attacks_on_flagged_words_are_told_from_attacks_at_random():
    rng = np.random.default_rng(0)
    records = []
    for i in range(80):
        words = [f"w{i}x{j}" for j in range(10)]
        scores = rng.normal(size=10)
        text = " ".join(words)
        aimed = words[int(scores.argmax())] if i % 2 else words[int(rng.integers(10))]
        records += [explained(text, scores), attacked(text, aimed)]
    frames = build_frames(records, labels=LABELS)
    score = next(iter(overlaps(frames, Measurer(0, 500)))).score()
    assert score.low > 0.45
    assert score.value == pytest.approx(0.6, abs=0.06)
    assert "chance would give 20.0%" in score.note
    table = place_table(attacked_words(frames, "textfooler", IG))
    assert table["share"].sum() == pytest.approx(1.0)
    assert table["share"].idxmax() == 0
    assert table["n"].tolist() == [80] * 10
