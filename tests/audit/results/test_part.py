"""Some rows of a run are read, measured and told of as a run is that audited these rows alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from runs import make_run

from audit.kinds import KINDS, parts
from audit.report.build import build_part, build_report
from audit.report.caps import PAGE
from audit.report.chapters import chapters
from audit.report.strings import strings
from audit.results.part import Part, scores_of
from audit.results.reading import Results
from audit.score.frames import build_frames, with_marks, with_twins
from audit.score.part import part_of
from audit.store import open_store

OF_ROWS = [one for one in chapters() if one.of_rows is not None]
FAMILIES = tuple(dict.fromkeys(path for one in OF_ROWS for path in one.of_rows.scores))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("ASSAY_DATABASE_URL", raising=False)
        yield open_store()


@pytest.fixture(scope="module")
def results(store, tmp_path_factory):
    return Results(store, make_run(store, tmp_path_factory.mktemp("table"), rows=60))


@pytest.fixture(scope="module")
def some(results):
    return [row for place, row in enumerate(results.rows["row_id"]) if place % 3]


def as_audited_alone(results, ids):
    """The frames of a run of these rows: their records and examples, and nothing else."""
    kept = frozenset(ids)
    examples = [one for one in results.examples.values() if one.row_id in kept]
    records = [r for _, r in results.store.iter_records(results.run.id) if r.row_id in kept]
    frames = build_frames(records, task=results.run.task, examples=examples, whole=results.frames.whole)
    return with_twins(with_marks(frames, examples), examples)


def test_every_frame_is_that_of_a_run_of_these_rows(results, some):
    found, wanted = part_of(results.frames_of_texts, some), as_audited_alone(results, some)
    for kind in KINDS.values():
        if kind.scope == "row":
            pd.testing.assert_frame_equal(found.of(kind.frame), wanted.of(kind.frame), check_dtype=False)
    pd.testing.assert_frame_equal(found.words, wanted.words)
    pd.testing.assert_frame_equal(found.changes, wanted.changes)
    np.testing.assert_array_equal(found.probs, wanted.probs)
    np.testing.assert_array_equal(found.marks.lengths, wanted.marks.lengths)
    assert sorted(zip(found.twins.first, found.twins.second, strict=True)) == sorted(
        zip(wanted.twins.first, wanted.twins.second, strict=True)
    )


def test_what_is_outside_is_all_the_others(results, some):
    inside, rest = part_of(results.frames, some), part_of(results.frames, some, outside=True)
    assert len(inside.predictions) + len(rest.predictions) == len(results.frames.predictions)
    assert set(inside.predictions["row_id"]) == set(some)


def test_every_score_is_that_of_a_run_of_these_rows(results, some):
    how = {"level": results.run.level, "seed": results.run.seed, "reviews": {}}
    found = scores_of(part_of(results.frames_of_texts, some), FAMILIES, **how)
    assert found == scores_of(as_audited_alone(results, some), FAMILIES, **how)
    assert {score.name for score in found} >= {"accuracy", "flip_rate", "accuracy_under_attack", "word_importance"}
    accuracy = next(score for score in found if score.name == "accuracy")
    assert accuracy.n == len(some)
    assert accuracy.low < accuracy.value < accuracy.high


@pytest.mark.parametrize("chapter", OF_ROWS, ids=lambda one: one.name)
def test_a_chapter_of_all_rows_by_this_way_is_the_chapter_of_the_run(results, chapter):
    """So what a chapter says it takes is all that it takes, and a part is told in no other way."""
    say, ids, needs = strings("en"), list(results.rows["row_id"]), chapter.of_rows
    keys = [p.probe for p in results.probes if p.kind in needs.kinds and p.status == "planned"]
    frames = with_marks(Results(results.store, results.run).of_probes(keys), results.examples.values())
    scores = scores_of(part_of(frames, ids), needs.scores, level=results.run.level, seed=results.run.seed, reviews={})
    told = build_part(Part(results, ids, part_of(frames, ids), scores), [chapter], caps=PAGE)
    run = build_report(results.store, results.run.id, caps=PAGE)
    without = replace(run, findings=(), policy=None)
    assert chapter.tell(told, say, PAGE) == chapter.tell(without, say, PAGE)


def test_chapters_about_many_rows_together_are_of_the_run():
    about_many = {p.path for kind in KINDS.values() if kind.scope == "sample" for p in kind.chapters}
    shared = {p.path for kind in KINDS.values() if kind.scope == "row" for p in kind.chapters}
    named = {part.path for part in parts("chapters")}
    assert about_many - shared <= named
    of_many = {path.rpartition(":")[2].lower() for path in about_many - shared}
    assert not of_many & {one.name for one in OF_ROWS}


def test_a_part_has_no_verdict_and_shows_no_other_rows(results, some):
    frames = part_of(results.frames_of_texts, some)
    part = Part(results, some, frames)
    assert part.findings == ()
    assert set(part.examples) == set(part.rows["row_id"]) == set(some)
    assert set(part.table("label_suspects")["row_id"]) <= set(some)
    rows = {row for cell in part.table("confusion")["row_ids"] for row in cell}
    assert rows <= set(some)
    attack = next(p.probe for p in results.probes if p.kind == "attack" and p.status == "planned")
    assert {record.row_id for record in part.stream(attack)} <= set(some)
    told = build_part(part, OF_ROWS, caps=PAGE)
    assert told.run.verdict is None
    assert told.policy is None
    assert told.data.rows == len(some)


def test_no_row_has_no_probe_and_no_score(results):
    frames = part_of(results.frames_of_texts, [])
    part = Part(results, [], frames, scores_of(frames, FAMILIES, level=0.95, seed=0, reviews={}))
    assert all(part.of_kind(kind) == [] for kind in ("attack", "perturbation", "explainer"))
    assert not [score for score in part.scores if score.value is not None]
