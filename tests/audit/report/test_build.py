"""What a report says agrees with what the store holds."""

from __future__ import annotations

import pytest
from sample_run import RUNS

from audit.changes import changes_between
from audit.errors import UnknownName
from audit.records import AttackOutcome
from audit.report import build_report
from audit.report.attacked import edits
from audit.report.model import Edit
from audit.score.ranking import in_order


def test_facts_are_the_stores(store):
    report, run = build_report(store, "5a3e"), store.run(RUNS["reviews"])
    assert report.run.result_hash == run.result_hash
    assert report.run.date == run.finished_at
    assert report.scores == store.scores(run.id)
    assert report.findings == tuple(in_order(store.findings(run.id)))
    assert report.data.texts == 34
    assert {d.key for d in report.definitions} >= {s.definition for s in report.scores}


def test_attack_counts_and_examples_are_the_records(store):
    report = build_report(store, RUNS["reviews"])
    recipe = next(r for r in report.recipes if r.probe == "deepwordbug")
    records = [r for _, r in store.iter_records(RUNS["reviews"], "deepwordbug") if isinstance(r, AttackOutcome)]
    assert recipe.counts["success"] == sum(r.status == "success" for r in records) > 0
    by_row = {r.row_id: r for r in records}
    for example in recipe.examples:
        assert "".join(e.before for e in example.edits) == by_row[example.row_id].text
        assert "".join(e.after for e in example.edits) == by_row[example.row_id].perturbed_text
        assert any(e.changed for e in example.edits)
    assert recipe.curve[0].accuracy > recipe.curve[-1].accuracy


def test_heatmaps_show_the_text_as_typed(store):
    report = build_report(store, RUNS["reviews"])
    texts = {e.row_id: e.text for e in store.examples(RUNS["reviews"])}
    assert {h.why for h in report.heatmaps} == {"typical", "wrong", "attacked"}
    for heatmap in report.heatmaps:
        assert "".join(w.text for w in heatmap.words) == texts[heatmap.row_id]


def test_limits_name_what_was_not_done(store):
    kinds = {limit.kind: limit.values for limit in build_report(store, RUNS["reviews"]).limits}
    assert "masked language model" in kinds["skipped"]["reason"]
    assert kinds["sample"] == {"rows": 34, "total": 68}
    assert "unreviewed" in kinds
    assert "minilm" in kinds["stand_in"]["resources"]
    nothing = {limit.kind for limit in build_report(store, RUNS["skipped"]).limits}
    assert {"no_attack", "no_perturbation", "no_explainer", "skipped"} <= nothing
    assert "no_labels" in {limit.kind for limit in build_report(store, RUNS["unlabelled"]).limits}


def test_reviews_change_their_own_hash_only(store):
    before = build_report(store, RUNS["reviews"]).run
    row = store.review_queue(RUNS["reviews"], "deepwordbug").iloc[0]["row_id"]
    store.save_review(RUNS["reviews"], "deepwordbug", row, "same", who="rev")
    try:
        report = build_report(store, RUNS["reviews"])
        assert report.run.reviews_hash != before.reviews_hash
        assert report.run.policy_hash == before.policy_hash
        recipe = next(r for r in report.recipes if r.probe == "deepwordbug")
        assert (recipe.reviewed, recipe.judged_same, recipe.judged_different) == (1, 1, 0)
        assert "unreviewed" not in {limit.kind for limit in report.limits}
    finally:
        store.delete_review(RUNS["reviews"], "deepwordbug", row, who="rev")


def test_no_success_is_reported_with_its_upper_bound(store):
    report = build_report(store, RUNS["firm"])
    assert all(not r.examples and not r.counts.get("success") for r in report.recipes)
    rate = report.score("attack_success_rate", "deepwordbug")
    assert rate is not None
    assert rate.value == 0
    assert rate.high > 0.05


def test_unknown_names_list_the_choices(store):
    with pytest.raises(UnknownName, match="executive, full, technical"):
        build_report(store, RUNS["reviews"], "short")
    with pytest.raises(UnknownName, match="choose from: en"):
        build_report(store, RUNS["reviews"], language="tlh")


def test_edits_cover_both_texts():
    changes = changes_between("a bad film", "a very good film indeed")
    made = edits("a bad film", "a very good film indeed", changes)
    assert "".join(e.before for e in made) == "a bad film"
    assert "".join(e.after for e in made) == "a very good film indeed"
    assert Edit("", "very ", changed=True) in made
    assert Edit("bad", "good", changed=True) in made
