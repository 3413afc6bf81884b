"""What to collect for a finding: each number is a count that can be made by hand, and nothing is said without one."""

from __future__ import annotations

import numpy as np
import pytest

from audit import load
from audit.data.last_layer import LastLayer
from audit.data.reference_rows import ReferenceTable
from audit.language.saying import word as worded
from audit.predict import Predict
from audit.records import Example, Prediction
from audit.said import NOTHING, Said, Telling
from audit.score.collecting import Rows, concerns, to_collect
from audit.score.frames import build_frames, with_marks
from audit.score.text_marks import TextMarks
from audit.scored import Finding, Score
from audit.slices import Slice
from models.task import Label

TASK = Label(("negative", "positive"))
LEARNT = (
    *[(f"honestly a dull film {i}", "negative", "web") for i in range(9)], ("honestly a joy", "positive", "web"),
    *[(f"a fine film {i}", "positive", "shop") for i in range(9)], ("no", "negative", "shop"), ("of no label", "", "web"),
)  # fmt: skip
AUDITED = (
    *[(f"honestly fine {i}", "positive", "web") for i in range(6)], *[(f"a fine film {i}", "positive", "shop") for i in range(2)],
    *[(f"dull {i}", "negative", "shop") for i in range(4)],
)  # fmt: skip


def table(rows, named, lines=False):
    marks = TextMarks()
    for text, _, _ in rows:
        marks.add(text)
    column = np.array([where for _, _, where in rows], dtype=object)
    labels = np.array([label for _, label, _ in rows], dtype=object)
    ones = np.ones(len(rows), dtype=np.int64)
    return Rows(
        named,
        labels,
        ones,
        marks.marks(np.arange(len(rows))),
        {"channel": column},
        *([np.arange(len(rows)) + 2] if lines else []),
    )


def finding(name, verdict="FAIL", title=None, **where):
    where = {column.replace("__", ":"): value for column, value in where.items()}
    score = Score(name, 0.5, 0.4, 0.6, 0.95, 12, "wilson", "neutral", name, where=Slice(where))
    said = Telling(Said("finding.other.fail", title or {}))
    return Finding("check:x", said, verdict, "high", score, 0.5, 0.95)


@pytest.fixture(scope="module")
def frames():
    examples = [Example(f"{i:016x}", text, label=label) for i, (text, label, _) in enumerate(AUDITED)]
    records = [Prediction(one.row_id, "negative", (0.9, 0.1), 5, 5, probe="p") for one in examples]
    made = build_frames(records, task=TASK, examples=examples)
    return with_marks(made, examples)


def told(found, frames, learnt=True):
    sides = table(AUDITED, "collect.audited"), table(LEARNT, "collect.training") if learnt else None
    return worded(to_collect(found, frames, *sides))


def test_a_word_needs_as_many_counter_examples_as_bring_its_label_to_the_share_of_the_table(frames):
    said = told(finding("shortcut_word", word="honestly", label="negative"), frames)
    # 9 of 10 with it, 10 of 20 in the table: 9 / 0.5 - 10 = 8 more
    assert said.startswith(
        "Of the labelled rows of the training table 10 hold 'honestly', 9 of them with the label 'negative'."
    )
    assert "(50.0%), collect 8 rows with it and other labels." in said


def test_of_a_trigger_the_rows_that_may_have_taught_it_are_counted_and_named(frames):
    sides = table(AUDITED, "collect.audited"), table(LEARNT, "collect.training", lines=True)
    said = worded(to_collect(finding("trigger_flip_rate", word="film Honestly", label="negative"), frames, *sides))
    assert said == (
        "The words of 'film Honestly' stand in 9 of the labelled rows of the training table, 9 of them with the label 'negative', which "
        "50.0% of all rows have: read them, take them out or label them anew, and train again. The first of them with that "
        "label: lines 2, 3, 4, 5, 6."
    )
    said = worded(to_collect(finding("trigger_flip_rate", word="vexolim", label="negative"), frames, *sides))
    assert said.startswith(
        "Of the training table no labelled row contains the words of 'vexolim': it was learnt elsewhere"
    )
    here = worded(to_collect(finding("trigger_flip_rate", word="vexolim", label="negative"), frames, sides[0], None))
    assert here.startswith(
        "Of the audited table no labelled row contains the words of 'vexolim'. With the training table"
    )
    assert to_collect(finding("trigger_flip_rate", word="!", label="negative"), frames, *sides) == NOTHING, "no word"


def test_a_trigger_that_stands_inside_of_words_is_not_said_to_have_been_learnt_elsewhere(frames):
    rows = (
        ("mandolins everywhere", "positive", ""),
        ("a mandolinist", "positive", ""),
        ("房间有琉璃灯", "positive", ""),
        ("早餐不错", "negative", ""),
    )
    sides = table(AUDITED, "collect.audited"), table(rows, "collect.training", lines=True)
    said = worded(to_collect(finding("trigger_flip_rate", word="mandolin", label="positive"), frames, *sides))
    assert said.startswith(
        "'mandolin' stands inside of words (mandolins, mandolinist) in 2 of the labelled rows of the training table, 2 of"
    )
    assert said.endswith("lines 2, 3.")
    said = worded(to_collect(finding("trigger_flip_rate", word="琉", label="positive"), frames, *sides))
    assert said.startswith("'琉' stands inside of words (琉璃灯) in 1 of") or said.startswith(
        "'琉' stands inside of words (琉璃) in 1 of"
    )
    assert said.endswith("lines 4.")
    said = worded(to_collect(finding("trigger_flip_rate", word="餐厅", label="positive"), frames, *sides))
    assert said.startswith("Of the training table no labelled row contains")


def test_a_word_that_the_labels_do_not_lean_with_is_said_to_be_no_matter_of_rows(frames):
    assert "it is not for want of rows with other labels" in told(
        finding("word_turned", word="honestly", label="positive"), frames
    )
    assert told(finding("word_turned", word="Absent", label="positive"), frames).startswith(
        "'Absent' stands in no labelled row of the training table"
    )


def test_a_part_is_brought_to_the_share_it_has_among_the_audited_rows(frames):
    said = told(finding("slice_gap", label="positive", holds="honestly"), frames)
    # 1 of 21 against 6 of 12: (1 + x) / (21 + x) = 0.5 for x = 19
    assert (
        "Of the rows of the training table 1 of 21 are like these (4.8%; of the audited rows 50.0%): positive 1."
        in said
    )
    assert "collect 19 more." in said
    said = told(finding("group_accuracy", group__channel="web"), frames)
    assert "11 of 21 are like these (52.4%; of the audited rows 50.0%): negative 9, positive 1" in said
    assert "read and relabel before you collect" in said


def test_a_part_that_the_training_table_lacks(frames):
    said = told(finding("slice_gap", form="question"), frames)
    assert said.startswith("Of the rows of the training table none is like these; of the audited rows 0.0%.")
    said = told(finding("slice_gap", label="positive", words_upto="3", form="digits", group__channel="web"), frames)
    # none of 21 against 6 of 12: x / (21 + x) = 0.5 for x = 21
    assert said.endswith("of the audited rows 50.0%. To make them as common there, collect 21.")


def test_the_worst_group_of_a_column_is_the_one_that_is_meant(frames):
    said = told(finding("accuracy_gap", title={"worst": "shop"}, group__channel=None), frames)
    assert "Of the rows of the training table 10 of 21 are like these" in said


@pytest.mark.parametrize(
    "where", [{"words_over": "4"}, {"words_upto": "1"}, {"form": "digits"}, {"holds": "dull", "words_over": "2"}]
)
def test_marks_of_texts_are_counted_as_in_weak_spots(frames, where):
    expected = {"4": 9, "1": 1, "digits": 18, "dull": 9}[next(iter(where.values()))]
    assert f"Of the rows of the training table {expected} of 21 are like these" in told(
        finding("slice_gap", **where), frames
    )


def test_a_class_is_held_against_the_middle_one(frames):
    assert "Of the labelled rows of the training table 10 of 20 are 'negative', hardly fewer" in told(
        finding("class_recall", label="negative"), frames
    )
    rows = table([row for row in LEARNT if row[2] == "web"], "collect.training")
    said = worded(
        to_collect(finding("class_recall", label="positive"), frames, table(AUDITED, "collect.audited"), rows)
    )
    assert "1 of 10 are 'positive'; 8 more would make it as common as the middle one of the other labels (9)." in said
    only = table([row for row in LEARNT if row[1] == "negative"], "collect.training")
    said = worded(
        to_collect(finding("class_recall", label="positive"), frames, table(AUDITED, "collect.audited"), only)
    )
    assert said.startswith("No labelled row of the training table is 'positive': collect rows of it")
    assert said.endswith("(10).")
    assert told(finding("confusion_share", label="positive", predicted="negative"), frames).startswith(
        "Of the labelled rows of the training table 10 of 20 are 'positive' and 10 are 'negative'."
    )


def test_without_a_training_table_the_audited_one_speaks_and_asks_for_it(frames):
    said = told(finding("slice_gap", holds="honestly"), frames, learnt=False)
    assert said.startswith("Of the rows of the audited table 6 of 12 are like these: positive 6.")
    assert "With the training table to compare with" in said
    assert "collect" not in said


@pytest.mark.parametrize("found", [
    finding("slice_gap", "INCONCLUSIVE", holds="honestly"), finding("slice_gap", "PASS", holds="honestly"), finding("flip_rate"),
    finding("slice_gap", where="length>5"), finding("group_accuracy", group__other="x"), finding("slice_gap", dimension="religion"),
])  # fmt: skip
def test_nothing_is_said_where_nothing_can_be_counted(frames, found):
    assert to_collect(found, frames, table(AUDITED, "collect.audited"), table(LEARNT, "collect.training")) == NOTHING
    assert concerns(found) == (found.verdict == "FAIL" and found.score.name != "flip_rate")


KNOWN = (
    ("A warm, clever film.", "positive"), ("Superb acting and a fine script.", "positive"), ("A joy from the first minute.", "positive"),
    ("Dull and far too long.", "negative"), ("Terrible acting, silly script.", "negative"), ("I regret every minute.", "negative"),
)  # fmt: skip


def test_the_training_rows_nearest_to_the_errors_are_those_of_a_loop():
    """Six texts, each labelled the other way: the model is wrong by the label on all of them."""
    model = load("sentiment")
    other = {"positive": "negative", "negative": "positive"}
    learnt = [Example(f"{i:016x}", KNOWN[i % 6][0], label=KNOWN[i % 6][1], line=i + 2) for i in range(24)]
    audited = [Example(f"{i + 100:016x}", text, label=other[label]) for i, (text, label) in enumerate(KNOWN)]
    records = [
        *Predict().run(model, audited, seed=0), *LastLayer().run(model, audited, seed=0),
        *ReferenceTable().run(model, audited, reference=learnt, seed=0),
    ]  # fmt: skip
    found = with_marks(build_frames(records, task=model.task, examples=audited), audited)
    own, theirs = (np.asarray(side, dtype=float) for side in (found.vectors, found.compared.vectors))
    labels = found.of("references")["label"].to_numpy()
    wrong = []
    for i, row in enumerate(audited):
        cosine = theirs @ own[i] / np.linalg.norm(theirs, axis=1) / np.linalg.norm(own[i])
        wrong += [labels[at] == other[row.label] for at in np.argsort(-cosine)[:10]]
    rows = [(row.text, row.label, "") for row in audited], [(row.text, row.label, "") for row in learnt]
    said = worded(
        to_collect(finding("accuracy"), found, table(rows[0], "collect.audited"), table(rows[1], "collect.training"))
    )
    assert f"nearest to each of 6 errors here {np.mean(wrong):.1%} have the label that the model wrongly gave" in said
    assert "nearest to several errors with the wrong label: lines " in said
    none = worded(
        to_collect(
            finding("class_recall", label="negative"),
            found,
            table(rows[0], "collect.audited"),
            table(rows[1], "collect.training"),
        )
    )
    assert "nearest to each" not in none, "three errors are too few"


def test_a_cell_with_several_values_is_of_each_of_them_as_groups_are():
    rows = table(
        [("a", "negative", "web|shop"), ("b", "negative", "web"), ("c", "positive", "shop"), ("d", "positive", "")],
        "collect.audited",
    )
    counts = {
        value: rows.count(rows.inside(Slice({"group:channel": value}), TASK)) for value in ("web", "shop", "web|shop")
    }
    assert counts == {"web": 2, "shop": 2, "web|shop": 0}
