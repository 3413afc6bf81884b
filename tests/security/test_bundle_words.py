"""Reports and sentences within bundles: whose words they are, and whether they say what the records give."""

import json

import pytest
from forging import edit, first, first_said, fit, other_number, prose, put, set_all, typed
from runs import make_run

from audit.errors import ReportError
from audit.records import from_dict
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import MANIFEST, open_bundle
from audit.run.exporting import export_run
from audit.scored import Finding, Score, worded
from audit.store import close_stores, open_store


def test_a_report_of_a_stranger_is_not_taken_in_with_the_run(bundle, made, home):
    """Its signature says whose it is where it came from; here reports are made here, of what was checked."""
    reported(bundle)
    assert typed("import", bundle).exit_code == 0
    assert not [path for path in home.rglob("*") if path.suffix == ".pdf" or b"all is well" in _content(path)]
    assert open_store().reports(made[0].id) == ()


def _content(path):
    return path.read_bytes() if path.is_file() else b""


def reported(bundle, **more):
    """Put a report as data into a bundle, saying what the run says, but for `more`; and a PDF."""
    run = json.loads((bundle / "run.json").read_text())
    data = {"run": {k: run[k] for k in ("id", "verdict", "result_hash")}, "policy": run["policy"]}
    data |= {name: json.loads((bundle / f"{name}.json").read_text()) for name in ("scores", "findings")}
    (bundle / "report").mkdir()
    (bundle / "report" / "r.json").write_text(json.dumps(data | more))
    (bundle / "report" / "r.pdf").write_bytes(b"%PDF- all is well")
    manifest = json.loads((bundle / MANIFEST).read_text())
    manifest["files"] |= {"report/r.json": "", "report/r.pdf": ""}
    (bundle / MANIFEST).write_text(json.dumps(manifest))
    fit(bundle)


def test_a_report_as_data_is_held_against_the_run_and_a_pdf_is_said_not_to_be(bundle):
    reported(bundle)
    told = json.loads(typed("verify", bundle, "--json").stdout)
    assert told["verified"] is True
    assert any("report/r.pdf" in said for said in told["unchecked"])


def test_the_words_of_a_report_are_those_of_its_keys(bundle):
    findings = json.loads((bundle / "findings.json").read_text())
    reported(bundle, findings=[{**findings[0], "title": "All is well"}, *findings[1:]])
    assert any("worded" in fault or "words" in fault for fault in verify_bundle(open_bundle(bundle))[0])


def in_prose(entry):
    """A score or finding as it was kept when it was worded at once."""
    texts = worded(from_dict(Finding if "said" in entry else Score, entry))
    names = ("title", "why", "next_step", "note")
    old = {name: value for name, value in texts.items() if name not in ("said", "notes")}
    return (
        {**old, "score": in_prose(entry["score"])}
        if "said" in entry
        else {k: v for k, v in old.items() if k not in names[:3]}
    )


def test_an_old_bundle_is_verified_and_taken_in_whatever_its_words(bundle, elsewhere):
    def old(entries):
        entries[:] = [in_prose(entry) for entry in entries]

    edit(bundle, "scores.json", old)
    edit(bundle, "findings.json", old)
    noted = []
    assert verify_bundle(open_bundle(bundle), noted=noted.append)[0] == []
    assert not any("worded otherwise" in said for said in noted), "word for word what this Assay says"

    edit(bundle, "findings.json", first("why", "As we used to put it."))
    edit(bundle, "scores.json", first("note", "an old note"))
    assert verify_bundle(open_bundle(bundle))[0], "this Assay never said so"
    edit(bundle, "run.json", lambda run: run["provenance"]["environment"].update(assay={"version": "0.0.1"}))
    assert verify_bundle(open_bundle(bundle), noted=noted.append)[0] == []
    assert {"1 finding is worded otherwise by this Assay", "1 score is worded otherwise by this Assay"} <= set(noted)
    run = import_run(elsewhere, bundle)
    assert "As we used to put it." not in {finding.why for finding in elsewhere.findings(run.id)}, "judged anew"


def test_another_assay_may_choose_the_sentence_and_not_its_number(bundle):
    edit(bundle, "run.json", lambda run: run["provenance"]["environment"].update(assay={"version": "0.0.1"}))
    edit(bundle, "findings.json", first_said(why={"key": "finding.of_tomorrow", "values": {"rows": 3}}))
    assert verify_bundle(open_bundle(bundle))[0] == []
    edit(bundle, "findings.json", other_number)
    assert "the said of the finding" in verify_bundle(open_bundle(bundle))[0][0]


@pytest.mark.parametrize(
    "change",
    [first("said", []), first("said", {"title": {"key": "note.x", "values": {}}}), first("title", "x"), first("notes", 3),
     first_said(why={"key": "note.x", "values": {"n": 0.5}}), first_said(why={"key": "NO", "values": {}})],
)  # fmt: skip
def test_what_is_no_sentence_is_refused(bundle, change):
    edit(bundle, "findings.json", change)
    with pytest.raises(ReportError, match=r"findings\.json: field '0' is not as an exported run has it"):
        verify_bundle(open_bundle(bundle))


@pytest.mark.parametrize(
    "more", [{"scores": []}, {"findings": []}, {"run": {"verdict": "PASS"}}, {"policy": {}}, {"run": 7}]
)
def test_a_forged_report_as_data_is_a_fault(bundle, more):
    reported(bundle, **more)
    assert any("in report/r.json" in fault for fault in verify_bundle(open_bundle(bundle))[0])


def test_without_texts_nothing_is_said_to_be_verified(made, tmp_path, home):
    run = make_run(open_store(), tmp_path, rows=12)
    open_store().update_run(run.id, result_hash=None)
    out = export_run(open_store(), run.id, tmp_path / "bare", texts=False)
    edit(out, "findings.json", set_all("verdict", "PASS"))
    edit(out, "run.json", put(verdict="PASS"))
    told = json.loads(typed("verify", out, "--json").stdout)
    assert (told["faults"], told["verified"]) == ([], False)
    assert "their maker's word" in told["unchecked"][0]
    close_stores()


@pytest.mark.parametrize("assay", [{"version": "0.0.1"}, {"version": "0.0.1", "commit": "f" * 40}])
def test_words_of_another_assay_are_no_fault_and_its_numbers_are(bundle, elsewhere, assay):
    edit(bundle, "run.json", lambda run: run["provenance"]["environment"].update(assay=assay))
    edit(bundle, "findings.json", first_said(title=prose("Said otherwise")))
    noted = []
    assert verify_bundle(open_bundle(bundle), noted=noted.append)[0] == []
    assert "1 finding is worded otherwise by this Assay" in noted
    run = import_run(elsewhere, bundle)
    assert "Said otherwise" not in {finding.title for finding in elsewhere.findings(run.id)}
    edit(bundle, "findings.json", first("verdict", "PASS"))
    edit(bundle, "scores.json", first("value", 0.123))
    assert "scored by Assay 0.0.1" in verify_bundle(open_bundle(bundle))[0][0]
