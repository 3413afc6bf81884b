"""Labels of a whole run: rows of the reference table are found when it is planned, and what is told can be checked from the run."""

from __future__ import annotations

import csv

import pytest
from run_fakes import make_spec

from audit.actions import label_reviews
from audit.actor import local_user
from audit.errors import ReportError
from audit.results.corrected import BEFORE, JUDGED, corrected_scores, corrected_table, wrong_of_judged
from audit.results.reading import read
from audit.run.bundle import check_bundle, import_run
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.run.replay import check_run
from audit.score.labels.reference import shared_rows
from audit.spec import TableSpec
from audit.store import Store

SUBJECTS = ("film", "song", "story", "meal", "journey", "match", "lesson", "garden", "letter", "evening")


def texts(n):
    return [
        f"the {SUBJECTS[i % 10]} number {i * 7919} of {SUBJECTS[i // 10 % 10]} {SUBJECTS[i * 3 % 10]} was long"
        for i in range(n)
    ]


def written(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


@pytest.fixture
def run(bench, tmp_path):
    """70 rows, of which 10 stand in the reference table, and 3 nearly."""
    told = texts(70)
    table = written(tmp_path / "t.csv", [(text, "positive" if i % 3 else "negative") for i, text in enumerate(told)])
    near = [text.replace("long", "lang") for text in told[20:23]]
    other = [*(f"quite another thing {i} {i * 31337} altogether" for i in range(50)), *told[:10], *near]
    reference = written(tmp_path / "train.csv", [(text, "positive") for text in other])
    spec = make_spec(tmp_path / "m", table).model_copy(update={"reference": TableSpec(path=str(reference))})
    return bench.whole(spec)


def test_rows_of_the_reference_table_are_found_and_kept_with_the_run(store, run):
    results = read(store, run.id)
    seen = results.frames_of_texts.seen
    assert seen.tolist() == [2] * 10 + [0] * 10 + [1] * 3 + [0] * 47
    score = next(score for score in results.scores if score.name == "leaked_share")
    assert score.value == pytest.approx(13 / 70, abs=1e-6)
    assert "10 of them with the same text" in score.note
    pairs = shared_rows(run.provenance)
    assert len(pairs) == 13
    assert [(pair["line"], pair["label"], pair["other"]) for pair in pairs if pair["row_id"] == str(results.rows["row_id"][0])] == [
        (52, "negative", "positive")
    ]  # fmt: skip


def test_what_is_told_of_labels_is_checked_from_the_run_alone(store, run, tmp_path):
    assert check_run(store, run.id) == []
    row_id = str(read(store, run.id).rows["row_id"][1])
    label_reviews.judge(local_user(), run.id, row_id, "relabel", "negative")
    elsewhere = Store(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    try:
        out = export_run(store, run.id, tmp_path / "out.zip")
        assert check_bundle(open_bundle(out)) == []
        import_run(elsewhere, out)
        assert elsewhere.reviews(run.id) == store.reviews(run.id)
        assert elsewhere.table(run.id, "label_suspects") == store.table(run.id, "label_suspects")
        assert read(elsewhere, run.id).label_verdicts[row_id].label == "negative"
    finally:
        elsewhere.close()


def test_a_table_that_holds_the_test_rows_is_never_a_wrong_number(bench, tmp_path):
    rows = [(text, "positive" if i % 3 else "negative") for i, text in enumerate(texts(70))]
    table, same = written(tmp_path / "t.csv", rows), written(tmp_path / "same.csv", rows)
    spec = make_spec(tmp_path / "m", table).model_copy(update={"reference": TableSpec(path=str(same))})
    run = bench.whole(spec)
    scores = {score.name: score for score in bench.store.scores(run.id)}
    assert scores["leaked_share"].value == 1.0
    assert "label_error_share" not in scores


def test_the_corrected_table_has_what_people_said_and_leaves_out_what_they_dropped(store, run):
    results = read(store, run.id)
    one, two, three, *_ = results.rows["row_id"]
    label_reviews.judge(local_user(), run.id, one, "relabel", "positive")
    label_reviews.judge(local_user(), run.id, two, "drop")
    label_reviews.judge(local_user(), run.id, three, "keep")
    results = read(store, run.id)
    table = corrected_table(results)
    assert list(table.columns) == ["text", "label", BEFORE, JUDGED]
    assert len(table) == 69
    first = table.iloc[0]
    assert (first["label"], first[BEFORE], first[JUDGED]) == ("positive", "negative", "relabel")
    assert results.examples[two].text not in set(table["text"])
    assert (table["label"][1], table[JUDGED][1]) == ("positive", "keep")
    both = corrected_scores(results)
    assert (both.raw["accuracy"].n, both.corrected["accuracy"].n) == (70, 69)
    assert wrong_of_judged(results) is None or wrong_of_judged(results).n <= 3


def test_a_row_that_stands_there_twice_stands_twice_in_the_corrected_table(bench, tmp_path):
    rows = [(text, "positive" if i % 3 else "negative") for i, text in enumerate(texts(60))]
    run = bench.whole(make_spec(tmp_path / "m", written(tmp_path / "t.csv", [*rows, rows[0]])))
    results = read(bench.store, run.id)
    assert len(corrected_table(results)) == 61
    label_reviews.judge(local_user(), run.id, str(results.rows["row_id"][0]), "drop")
    assert len(corrected_table(read(bench.store, run.id))) == 59


def test_corrected_scores_are_none_while_no_label_changed(store, run):
    label_reviews.judge(local_user(), run.id, str(read(store, run.id).rows["row_id"][0]), "keep")
    assert corrected_scores(read(store, run.id)) is None


def test_a_verdict_on_another_row_is_refused_with_one_sentence(store, run):
    row_id = str(read(store, run.id).rows["row_id"][0])
    for given, said in (
        ((row_id, "same"), "keep, relabel, drop, not 'same'"),
        (("nowhere", "keep"), "no row nowhere"),
        ((row_id, "relabel"), "goes with relabel"),
        ((row_id, "keep", "positive"), "goes with relabel"),
        ((row_id, "relabel", "joyful"), "'joyful' is no label of the model; it has"),
        ((row_id, "relabel", "negative"), "has the label 'negative' already"),
    ):
        with pytest.raises(Exception, match=said) as error:
            label_reviews.judge(local_user(), run.id, *given)
        assert type(error.value).__name__ == "InputError"
    with pytest.raises(Exception, match="no judgement of yours"):
        label_reviews.take_back(local_user(), run.id, row_id)
    assert store.reviews(run.id) == ()
    assert not issubclass(ReportError, type(None))
