"""A report made before people judged, or before another policy was held against the run, says that it is older."""

from __future__ import annotations

from pages import seen
from runs import make_run

from audit.report import make_report
from audit.results.judging import judge
from audit.score.policy import load_policy

OLDER = "This report is older than what the run says now"


def kept(store, run):
    made = make_report(store, run.id, "executive", formats=("json",), preview=False)
    files = made.pop("files")
    store.add_job("report", run.id, {"preset": "executive", "formats": ["json"]}, result=made, files=files)


def test_a_report_says_what_it_is_older_than(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=24)
    kept(store, run)
    assert OLDER not in seen(app("report", run=run.id, section="print"))
    probe = next(p.probe for p in store.probes(run.id) if p.kind == "attack")
    row = next(store.iter_records(run.id, probe))[1].row_id
    store.save_review(run.id, probe, row, "same", who="me")
    said = seen(app("report", run=run.id, section="print"))
    assert f"{OLDER}: other judgements of changed texts." in said
    other = load_policy().to_dict()
    other["check"] = [{**check, "min": 0.99} if check["id"] == "accuracy" else check for check in other["check"]]
    judge(store, run.id, other)
    assert f"{OLDER}: another policy, other judgements of changed texts." in seen(
        app("report", run=run.id, section="print")
    )
    kept(store, run)
    warned = [w.value for w in app("report", run=run.id, section="print").warning if OLDER in w.value]
    assert len(warned) == 1, "the new one is not"


def test_a_report_made_before_this_was_kept_says_nothing(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=16)
    store.add_job("report", run.id, {"preset": "full", "formats": []}, result={"preset": "full", "pages": 0}, files=())
    assert OLDER not in seen(app("report", run=run.id, section="print"))
