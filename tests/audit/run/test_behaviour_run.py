"""A behavioural suite within an audit: its records, scores, findings and chapter, and what is skipped."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import run_fakes
from run_fakes import FakeClassifier
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from audit.behave.suites.bundled import names
from audit.behave.suites.fitting import fits_labels, fitting
from audit.behave.suites.probe import MOST_BYTES, SuiteProbe
from audit.cli.run import check_table, make_spec
from audit.errors import AuditError, InputError, UnknownName
from audit.records import BehaviourOutcome, from_dict, to_dict
from audit.report.blocks import Brand, Text
from audit.report.build import build_report
from audit.report.caps import PAGE
from audit.report.chapters.behaviour import behaviour as chapter
from audit.report.html import render_html
from audit.report.layout import lay_out
from audit.report.strings import strings
from audit.report.textless import without_texts
from audit.run import client
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.run.replay import replay
from audit.slices import Slice
from audit.spec import ProbeSpec, read_spec
from audit.table_choices import TableChoices

SUITE = """
name = "films"
language = "en"

[lists]
thing = ["film", "plot", "cast", "book", "end", "tune", "joke", "hero", "town", "rain"]
good = ["good", "fine", "clever", "great"]

[[test]]
name = "praise denied"
type = "MFT"
capability = "Negation"
description = "It passes over 'not'."
label = "negative"
[[test.template]]
texts = ["The {thing} was not {good}."]

[[test]]
name = "plain praise"
type = "MFT"
capability = "Vocabulary"
label = "positive"
[[test.template]]
texts = ["The {thing} was {good}."]

[[test]]
name = "the thing makes no difference"
type = "INV"
capability = "Vocabulary"
[[test.template]]
texts = ["The {thing} was {good}."]
vary = "thing"

[[test]]
name = "an unheard-of label"
type = "MFT"
capability = "Vocabulary"
label = "so-so"
cases = ["It was there."]
"""


class Blind(FakeClassifier):
    """Says positive where there is a word of praise, whatever stands before it; falters over 'tune'."""

    def predict_proba(self, texts):
        if len(texts) > 1 and any("tune" in str(text) for text in texts):
            raise ValueError("a batch with a tune")
        if any("tune" in str(text) for text in texts):
            raise ValueError("no tunes")
        sure = [
            0.97 if any(word in str(text) for word in ("good", "fine", "clever", "great")) else 0.2 for text in texts
        ]
        return np.asarray([[1 - p, p] for p in sure], dtype=np.float32).reshape(-1, 2)


@pytest.fixture
def run(bench, tmp_path, monkeypatch):
    monkeypatch.setattr(run_fakes, "FakeClassifier", Blind)
    table = tmp_path / "t.csv"
    table.write_text("text,label\nA good day,positive\nA day,negative\n")
    spec = run_fakes.make_spec(tmp_path / "m", table)
    suites = (
        ProbeSpec(
            kind="behaviour", name="suite", id="suite:films", params={"suite": "films", "content": SUITE, "kept": 3}
        ),
        ProbeSpec(kind="behaviour", name="suite", id="suite:intents", params={"suite": "intents-english"}),
    )
    return bench.whole(spec.model_copy(update={"probes": (*spec.probes, *suites)}))


def records(bench, run):
    return {record.subject: record for _, record in bench.store.iter_records(run.id, "suite:films")}


def test_a_record_of_each_test_says_what_became_of_its_cases(bench, run):
    found = records(bench, run)
    denied, praise, same = (found[t] for t in ("praise denied", "plain praise", "the thing makes no difference"))
    assert (denied.run, denied.failed, denied.errors) == (36, 36, 4)
    assert "no tunes" in denied.note
    assert (praise.run, praise.failed) == (36, 0)
    assert (same.run, same.errors) == (0, 4), "each of its cases has a tune"
    assert len(denied.cases) == 3
    assert all(case.labels == ("negative",) and case.probs[1] > 0.9 for case in denied.cases)
    assert "not" in denied.cases[0].texts[0]
    unheard = found["an unheard-of label"]
    assert (unheard.run, unheard.unasked, unheard.unmapped) == (0, 1, ("so-so",))
    assert from_dict(BehaviourOutcome, to_dict(denied)) == denied


def test_a_suite_that_fits_no_label_is_skipped_with_one_sentence(bench, run):
    (skipped,) = [probe for probe in bench.store.probes(run.id) if probe.status == "skipped"]
    assert skipped.probe == "suite:intents"
    assert skipped.reason.startswith(
        "the model has none of the labels that the suite intents, English is about (change_pin"
    )
    assert "negative, positive" in skipped.reason


def test_scores_are_wilson_s_with_holm_s_correction_over_the_tests(bench, run):
    scores = {score.key: score for score in bench.store.scores(run.id)}
    where = Slice({"capability": "Negation", "test": "praise denied"})
    denied = next(s for s in scores.values() if s.name == "behaviour_failure" and s.where == where)
    low, high = proportion_confint(36, 36, 0.05, "wilson")
    assert (denied.value, denied.n, denied.probe) == (1.0, 36, "suite:films")
    assert (denied.low, denied.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))
    corrected = multipletests([0.05**36, 1.0], method="holm")[1][0]
    assert corrected < 0.05
    assert "corrected by Holm for the 2 tests of the suite" in denied.note
    of_capability = next(
        s for s in scores.values() if s.name == "capability_failure" and s.where == Slice({"capability": "Vocabulary"})
    )
    assert (of_capability.value, of_capability.n) == (0.0, 36)
    (failing,) = [s for s in scores.values() if s.name == "failing_tests"]
    assert (failing.value, failing.n) == (0.5, 2)


def test_the_findings_name_the_test(bench, run):
    told = {finding.title: finding for finding in bench.store.findings(run.id)}
    suite = told[
        "1 of the 2 tests of the suite 'films' certainly fails in more than 60% of such cases: 'praise denied'"
    ]
    assert suite.verdict == "FAIL"
    named = next(f for title, f in told.items() if title.startswith("The test 'praise denied' fails in"))
    assert named.score.value == 1.0
    assert named.asked == "pattern"
    assert named.why.startswith("It passes over 'not'. Every reader knows")
    assert "plain praise" not in " ".join(told)


def test_the_chapter_shows_the_matrix_and_failed_cases_unless_texts_may_not_be_shown(bench, run):
    report = build_report(bench.store, run.id)
    page = render_html(lay_out(report, Brand()))
    assert "<h2>Behaviour</h2>" in page
    for said in ("Known answers (MFT)", "36 of 36", "was not good.", "passes over", "1 test certainly fails", "so-so"):
        assert said in page, said
    assert "3 of the 36 failed cases" in page
    bare = render_html(lay_out(without_texts(report), Brand()))
    assert "36 of 36" in bare
    assert "was not good" not in bare


def test_of_many_failing_tests_the_worst_have_their_cases_shown(bench, run):
    report = build_report(bench.store, run.id)
    one = next(test for test in report.behaviours if test.cases)
    many = tuple(replace(one, test=f"test {i}", failed=i + 1, run=40) for i in range(15))
    told = chapter(replace(report, behaviours=many), strings("en"), replace(PAGE, failing=3))
    (suite,) = told.sections
    assert [part.title for part in suite.sections if part.id.startswith("failed-")] == ["test 14", "test 13", "test 12"]
    said = " ".join(block.text for block in suite.blocks if isinstance(block, Text))
    assert "Of the 15 tests with failed cases the 3 that fail most" in said


def test_a_suite_that_is_asked_by_name_and_fits_anyway_is_asked_once(bench, tmp_path, monkeypatch):
    table = tmp_path / "t.csv"
    table.write_text("text,label\nThe film was good.,positive\nThe film was bad.,negative\n")
    spec = make_spec(
        model="sentiment", base=None, device=None, csv=table, choices=TableChoices(), suite="standard", spec_file=None,
        limit=None, seed=0, name="", policy=None, behaviour=["sentiment-english"],
    )  # fmt: skip
    made, _ = check_table(spec, said={})
    asked = [probe.id for probe in made.probes if probe.kind == "behaviour"]
    assert asked == ["suite:sentiment-english"]
    assert read_spec(made.to_json(), "it").probes == made.probes


def test_no_text_of_a_suite_leaves_with_what_may_hold_none(bench, run, tmp_path):
    bundle = export_run(bench.store, run.id, tmp_path / "bare", texts=False)
    held = b"".join(open_bundle(bundle).read(name) for name in open_bundle(bundle).names)
    assert b"was not" not in held
    assert b"praise denied" in held
    data = json.dumps(to_dict(without_texts(build_report(bench.store, run.id))))
    assert "was not" not in data


def test_it_is_replayed_verified_and_taken_in(bench, run, tmp_path, monkeypatch):
    assert not any(one.differences for one in replay(bench.store, run.id, 30, bench.models))
    bundle = export_run(bench.store, run.id, tmp_path / "out")
    assert verify_bundle(open_bundle(bundle))[0] == []
    before = records(bench, run)
    client.delete(run.id, store=bench.store)
    taken = import_run(bench.store, bundle)
    assert records(bench, taken) == before
    assert not any(one.differences for one in replay(bench.store, taken.id, 30, bench.models))


def test_another_content_is_other_work_and_the_same_is_not_done_twice(bench, run, tmp_path):
    spec = run_fakes.make_spec(tmp_path / "m", tmp_path / "t.csv")

    def again(content, called="films"):
        probe = ProbeSpec(kind="behaviour", name="suite", params={"suite": called, "content": content, "kept": 3})
        made = bench.prepare(client.start(spec.model_copy(update={"probes": (*spec.probes, probe)}), store=bench.store))
        return next(shard for shard in bench.store.shards(made.id) if shard.probe == "suite")

    first = next(shard for shard in bench.store.shards(run.id) if shard.probe == "suite:films")
    assert again(SUITE).key == first.key
    assert again(SUITE.replace("was not", "was never")).key != first.key


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"suite": "nothing-english"}, "nothing-english"),
        ({"cases": 0}, "cases"),
        ({"suite": "large", "content": "#" * (MOST_BYTES + 1)}, "The suite large has 5,000,001 bytes"),
    ],
)
def test_what_cannot_be_a_suite_is_refused_when_a_spec_says_so(params, said):
    with pytest.raises(AuditError, match=said):
        SuiteProbe(**params)


@pytest.mark.parametrize(
    ("content", "labels", "said"),
    [
        (SUITE.replace('thing = ["film"', 'other = ["film"'), {}, "no list of words called 'thing'"),
        (
            'name = "a"\n[[test]]\nname = "b"\ntype = "MFT"\nlabel = "positive"\ncases = [""]',
            {},
            "should have at least 1 character",
        ),
        ('name = "a"\n[[test]]\nname = "b"\ntype = "MFT"\nlabel = "positive"', {}, "has no cases"),
        ("name = ", {}, "is no TOML file"),
        (SUITE, {"so-so": "neutral"}, "The model has no label 'neutral'"),
        (SUITE, {"lukewarm": "negative"}, "The suite has no label 'lukewarm'"),
    ],
)
def test_what_is_wrong_with_a_suite_is_why_it_is_skipped(tmp_path, content, labels, said):
    run_fakes.fake_model(tmp_path / "m")
    probe = SuiteProbe(suite="films", content=content, labels=labels)
    with pytest.raises(InputError, match=said):
        probe.unavailable(FakeClassifier(str(tmp_path / "m")))


def test_labels_may_be_named(tmp_path):
    run_fakes.fake_model(tmp_path / "m")
    probe = SuiteProbe(suite="films", content=SUITE, labels={"so-so": "negative"})
    model = FakeClassifier(str(tmp_path / "m"))
    assert probe.unavailable(model) is None
    found = {one.subject: one for one in probe.run(model, [], seed=0)}
    assert found["an unheard-of label"].run == 1


def test_a_sample_of_cases_is_drawn_by_the_seed_alone(tmp_path):
    run_fakes.fake_model(tmp_path / "m")
    model = FakeClassifier(str(tmp_path / "m"))

    def drawn(seed):
        return [
            replace(one, seconds=0.0)
            for one in SuiteProbe(suite="films", content=SUITE, cases=7).run(model, [], seed=seed)
        ]

    first = drawn(3)
    assert [one.run for one in first] == [7, 7, 4, 0]
    assert drawn(3) == first
    assert drawn(4) != first


def test_a_model_that_can_be_asked_nothing_ends_the_shard(tmp_path):
    run_fakes.fake_model(tmp_path / "m")
    model = FakeClassifier(str(tmp_path / "m"))
    model.predict_proba = lambda texts: (_ for _ in ()).throw(RuntimeError("out of memory"))
    with pytest.raises(RuntimeError, match="out of memory"):
        list(SuiteProbe(suite="films", content=SUITE).run(model, [], seed=0))


def test_which_bundled_suites_fit():
    assert fitting(("negative", "positive")) == ("sentiment-chinese", "sentiment-english")
    assert fitting(("Negative", "neutral", "POSITIVE"), ["en"]) == ("sentiment-english",)
    assert fitting(("negative", "positive"), ["zh"]) == ("sentiment-chinese",)
    assert fitting(("negative", "positive"), ["de"]) == ()
    assert fitting(("sport", "world"), ["en"]) == ()
    assert fits_labels(("a", "b"), ("x", "b"), {"a": "x"})
    assert not fits_labels(("a", "b"), ("x", "b"))
    assert fits_labels((), ("x",))
    assert names()


def test_unknown_suites_list_the_choices():
    with pytest.raises(UnknownName, match="sentiment-english"):
        SuiteProbe(suite="nothing")


def test_a_few_cases_say_how_long_a_suite_takes(tmp_path):
    run_fakes.fake_model(tmp_path / "m")
    model = FakeClassifier(str(tmp_path / "m"))
    few, share = SuiteProbe(suite="films", content=SUITE).sketch(model, [])
    asked = sum(one.texts for one in few.run(model, [], seed=0))
    whole = sum(one.texts for one in SuiteProbe(suite="films", content=SUITE).run(model, [], seed=0))
    assert asked < whole / 4
    assert share == pytest.approx(asked / whole)
