"""Records of suites, groups, triggers, shortcuts and directions, rewritten by somebody who makes columns, digests and manifest fit.

Each field of each kind is changed alone. `verify` finds it, or it stands in `WORD_ALONE`: what a model said, which nothing in a
run can confirm but a replay, and whose scores nobody has. Whoever also scores anew tells a consistent lie; only a signature or
`verify --replay` tells that.
"""

from __future__ import annotations

import json
import shutil

import pytest
from forging import edit, refit, rewrite
from installations import installation
from kind_runs import make_kinds_run

from audit.errors import ReportError
from audit.run.bundle import import_run, scratch_store, verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.run.suite_records import suite_faults
from audit.store import close_stores, open_store

SUITE = "suite:our-films"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    with installation(folder):
        run = make_kinds_run(open_store(), folder)
        out = export_run(open_store(), run.id, folder / "out")
        close_stores()
    return out


@pytest.fixture
def bundle(made, tmp_path, home):
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    yield copy
    close_stores()


def faults(bundle):
    """What `verify` says, empty where it finds nothing."""
    try:
        return "; ".join(verify_bundle(open_bundle(bundle))[0])
    except ReportError as error:
        return str(error)


def test_the_bundle_itself_is_right(bundle, elsewhere):
    assert faults(bundle) == ""
    assert import_run(elsewhere, bundle).verdict == "FAIL"


def record(bundle, probe, place=0):
    lines = [json.loads(line) for line in (bundle / "records/0000.jsonl").read_text().split("\n") if line]
    return json.loads([line for line in lines if line["probe"] == probe][place]["payload"])


LIES = {
    "a failure less": (SUITE, 0, lambda r: r.update(failed=39)),
    "all of them passed": (SUITE, 0, lambda r: r.update(failed=0, cases=[])),
    "more failed than were run": (SUITE, 0, lambda r: r.update(failed=41)),
    "fewer cases": (SUITE, 1, lambda r: r.update(run=19)),
    "cases that were left out instead": (SUITE, 1, lambda r: r.update(run=19, left_out=2)),
    "another case": (SUITE, 0, lambda r: r["cases"][0].update(texts=["All is well."])),
    "none of its cases": (SUITE, 0, lambda r: r.update(cases=[])),
    "a text that the case does not have": (SUITE, 0, lambda r: r["cases"][0].update(failed=7)),
    "another test": (SUITE, 0, lambda r: r.update(subject="praise")),
    "another suite": (SUITE, 0, lambda r: r.update(suite="sentiment-english")),
    "another type": (SUITE, 0, lambda r: r.update(type="INV")),
    "another expectation": (SUITE, 0, lambda r: r.update(expects="not_label")),
    "another capability": (SUITE, 1, lambda r: r.update(capability="Negation")),
    "another tolerance": (SUITE, 1, lambda r: r.update(tolerance=0.9)),
    "other words about it": (SUITE, 0, lambda r: r.update(about="All is well.")),
    "another order": (SUITE, 0, lambda r: r.update(place=2)),
    "another number of texts": (SUITE, 0, lambda r: r.update(texts=4)),
    "no label": (SUITE, 2, lambda r: r.update(towards=[])),
    "a version that flips": ("identity_swaps", 0, lambda r: r["versions"][0].update(probs=[0.9, 0.1])),
    "flips that were none": ("identity_swaps", 0, lambda r: r.update(flips=5)),
    "another group": ("identity_swaps", 0, lambda r: r["versions"][0].update(group="neutral")),
    "another term": ("identity_swaps", 0, lambda r: r["versions"][0].update(terms=["they"])),
    "no versions": ("identity_swaps", 0, lambda r: r.update(versions=[])),
    "another text of the row": ("identity_swaps", 0, lambda r: r.update(text="All is well.")),
    "an edit that does nothing": ("surface", 1, lambda r: r["edits"][0].update(probs=r["original_probs"])),
    "an edit of another kind": ("surface", 1, lambda r: r["edits"][0].update(feature="length")),
    "no edits": ("surface", 1, lambda r: r.update(edits=[])),
    "another word": ("words", 0, lambda r: r.update(word="other")),
    "another class": ("words", 0, lambda r: r.update(label="negative")),
    "a trial that turned nothing": ("words", 0, lambda r: r["trials"][0].update(turned=False)),
    "a row that is not there": ("words", 0, lambda r: r.update(rows=["0" * 16])),
    "a phrase that turns all": ("trigger_scan", 0, lambda r: r.update(middle="0" * 20, start="0" * 20)),
    "a trigger that is none": ("trigger_scan", 0, lambda r: r.update(middle="0" * 20, start="0" * 20)),
    "a trigger of another role": ("trigger_scan", 0, lambda r: r.update(role="natural")),
    "a trigger on rows of nobody": ("trigger_scan", 0, lambda r: r.update(rows=["0" * 16] * 20)),
    "a trigger towards no label of the model": ("trigger_scan", 0, lambda r: r.update(target="other")),
    "an answer that did not stay": ("negation", 0, lambda r: r.update(kept=0)),
    "no variants": ("negation", 0, lambda r: r.update(variants=[], kept=0)),
}  # fmt: skip


@pytest.mark.parametrize(("probe", "place", "change"), LIES.values(), ids=LIES.keys())
def test_a_record_that_says_something_else_is_found(bundle, elsewhere, probe, place, change):
    rewrite(bundle, probe, place, change)
    assert faults(bundle)
    with pytest.raises(ReportError):
        import_run(elsewhere, bundle)
    assert elsewhere.count_runs() == 0


def test_a_test_cannot_be_left_out_of_a_suite_that_the_bundle_holds(bundle):
    def without(lines):
        lines[:] = [line for line in lines if not (line["probe"] == SUITE and line["position"] == 0)]
        for line in lines:
            line["position"] -= line["probe"] == SUITE

    edit(bundle, "records/0000.jsonl", without)
    refit(bundle)
    assert faults(bundle)
    with scratch_store(open_bundle(bundle)) as store:  # as where scores and findings were made anew as well
        run_id = json.loads((bundle / "run.json").read_text())["id"]
        assert any("the test praise denied of the suite" in fault for fault in suite_faults(store, run_id))


def test_a_suite_cannot_be_another_than_was_asked(bundle):
    def other(run):
        params = next(p for p in run["spec"]["probes"] if p.get("id") == SUITE)["params"]
        params["content"] = params["content"].replace("not good", "not bad")

    edit(bundle, "run.json", other)
    assert "not the one of the stated hash" in faults(bundle)


# -- records that are no such records: a sentence, whatever is in them ---------------------------------------------------

ODD = {"nothing": None, "less than nothing": -1, "endless": 10**30, "large": 2**62, "huge": 1e300, "a text": "x", "a table": {},
       "a list": [[]], "a NUL": "\0"}  # fmt: skip
PROBES = (SUITE, "identity_swaps", "surface", "words", "trigger_scan", "negation", "predict")


def places(data, before=()):
    """Where in a record there is something: of lists the first entry alone."""
    for name, value in (
        data.items() if isinstance(data, dict) else enumerate(data[:1]) if isinstance(data, list) else ()
    ):
        yield (*before, name)
        yield from places(value, (*before, name))


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("probe", PROBES)
def test_a_record_with_anything_anywhere_is_read_or_refused(made, probe, odd):
    """Every field: what reads it, and what measures it, ends in nothing but an answer."""
    import copy

    from audit.results.record_sense import check_record
    from audit.run.bundle_records import _payload
    from audit.score.frames import build_frames
    from audit.score.scoring import measure_run
    from audit.store.base import dump
    from audit.store.indexing import record_of
    from models.task import Label

    lines = [json.loads(line) for line in (made / "records/0000.jsonl").read_text().split("\n") if line]
    mine = [line for line in lines if line["probe"] == probe]
    data = json.loads(mine[0]["payload"])
    for place in places(data):
        changed = copy.deepcopy(data)
        inner = changed
        for part in place[:-1]:
            inner = inner[part]
        inner[place[-1]] = odd
        try:
            _payload({**mine[0], "payload": dump(changed)}, "records/0000.jsonl")
            found = record_of(mine[0]["kind"], dump(changed), probe)
        except (ReportError, ValueError):
            continue
        if list(check_record(found, Label(("negative", "positive")))):
            continue
        others = [record_of(line["kind"], line["payload"], probe) for line in mine[1:]]
        try:
            measure_run(build_frames([found, *others], labels=("negative", "positive")), resamples=20)
        except Exception as error:
            raise AssertionError((place, odd)) from error
