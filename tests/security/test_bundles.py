"""Bundles made by somebody who means to mislead: what their records do not give is found, and none is taken in."""

from html import unescape

import pytest
from forging import edit, first, first_said, other_number, prose, put, set_all, swapped, typed
from runs import make_run

from audit.errors import ReportError
from audit.report.signing import SIGNATURE, sign
from audit.results.recomputing import check_content
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import MANIFEST, open_bundle
from audit.run.exporting import export_run
from audit.store import close_stores, open_store

FORGED = {
    "every verdict passes": ("findings.json", set_all("verdict", "PASS"), "the verdict of the finding"),
    "a title": ("findings.json", first_said(title=prose("All is well")), "the said of the finding"),
    "a number in a title": ("findings.json", other_number, "the said of the finding"),
    "a note": ("scores.json", first("notes", [prose("All is well")]), "the notes of the score"),
    "no findings": ("findings.json", lambda data: data.clear(), "is missing"),
    "the run's verdict": ("run.json", put(verdict="PASS"), "the verdict is stored as PASS"),
    "a score": ("scores.json", first("value", 0.999), "the value of the score"),
    "no scores": ("scores.json", lambda data: data.clear(), "without a score to rest it on"),
    "a milder policy": ("run.json", lambda run: run["policy"].update(check=[]), "finding"),
    "a column": ("records/0000.jsonl", first("predicted", "positive!"), "the records' columns"),
    "what is right": ("records/0000.jsonl", set_all("correct", 1), "the records' columns"),
    "the row's text": ("rows.jsonl", swapped, "its id was made of"),
    "a row of nobody": ("records/0000.jsonl", first("row_id", "f" * 16), "does not have there"),
    "the level": ("run.json", lambda run: run["spec"].update(level="abc"), "level"),
}


@pytest.mark.parametrize(("name", "change", "said"), FORGED.values(), ids=FORGED.keys())
def test_what_the_records_do_not_give_is_found_and_not_taken_in(bundle, elsewhere, name, change, said):
    edit(bundle, name, change)
    faults, _ = verify_bundle(open_bundle(bundle))
    assert any(said in fault for fault in faults), faults
    with pytest.raises(ReportError, match="cannot be imported"):
        import_run(elsewhere, bundle)
    assert elsewhere.count_runs() == 0


def test_the_bundle_as_it_was_made_is_right(bundle, elsewhere, made):
    assert verify_bundle(open_bundle(bundle))[0] == []
    run = import_run(elsewhere, bundle)
    assert run.origin == "imported, not signed by anybody"
    assert check_content(elsewhere, made[0].id) == []


def test_gate_and_verify_on_an_imported_run_that_was_changed_afterwards(bundle, made):
    run_id = made[0].id
    assert typed("import", bundle).exit_code == 0
    assert "not signed by anybody" in typed("show", run_id).output
    before = typed("gate", run_id).exit_code
    assert before in (0, 1, 3)
    assert typed("gate", run_id, "--require-signature").exit_code == 4
    open_store().update_run(run_id, verdict="PASS" if before else "FAIL")
    assert typed("gate", run_id).exit_code == 4
    done = typed("verify", run_id, "--json")
    assert done.exit_code == 1
    assert "the verdict is stored as" in done.stdout


def test_a_signature_is_kept_with_the_run_and_can_be_required(bundle, elsewhere, tmp_path, monkeypatch):
    manifest = (bundle / MANIFEST).read_bytes()
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "signer"))
    for name, data in sign(manifest, "x").items():
        (bundle / name).parent.mkdir(exist_ok=True)
        (bundle / name).write_bytes(data)
    key = tmp_path / "signer.pub"
    key.write_bytes((bundle / "signature" / "assay.pub").read_bytes())
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "reader"))
    faults, signature = verify_bundle(open_bundle(bundle), signed=True)
    assert "not known here" in faults[0]
    assert not signature.trusted
    assert verify_bundle(open_bundle(bundle), key=str(key), signed=True)[0] == []
    run = import_run(elsewhere, bundle, key=str(key))
    assert run.signature["trusted"]
    assert run.origin == f"imported, signed by {signature.key_id}, a key known here"
    (bundle / SIGNATURE).unlink()
    (bundle / "signature" / "assay.pub").unlink()
    assert verify_bundle(open_bundle(bundle), signed=True)[0] == ["the bundle is not signed"]


MILD = 'version = 1\nname = "default"\n[[check]]\nid = "a"\nscore = "accuracy"\nmin = 0.01\n'


@pytest.fixture
def mild(tmp_path, monkeypatch):
    """A bundle whose maker judged it by a policy of his own that calls itself the default; unsigned."""
    from audit.results.judging import judge
    from audit.score.policy import parse_policy

    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "maker"))
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    run = make_run(open_store(), tmp_path, rows=24)
    assert run.verdict != "PASS"
    judge(open_store(), run.id, parse_policy(MILD).to_dict())
    open_store().update_run(run.id, result_hash=None)
    assert open_store().run(run.id).verdict == "PASS"
    out = export_run(open_store(), run.id, tmp_path / "mild", signer=lambda m: sign(m, "x"))
    close_stores()
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "reader"))
    yield run.id, out
    close_stores()


@pytest.mark.slow
@pytest.mark.parametrize("signed", [False, True])
def test_a_gate_does_not_take_the_policy_of_a_stranger_on_trust(mild, tmp_path, signed):
    run_id, out = mild
    if not signed:
        (out / SIGNATURE).unlink()
        (out / "signature" / "assay.pub").unlink()
    assert typed("import", out).exit_code == 0
    done = typed("gate", run_id)
    assert done.exit_code in (1, 3), done.output
    said = " ".join(done.output.split())
    assert "judged by this installation's default policy" in said
    assert "the bundle's own" in said.partition("keeps its verdict")[2]
    told = typed("gate", run_id, "--json")
    assert told.exit_code == done.exit_code
    assert open_store().run(run_id).verdict == "PASS"  # the run is left as it is
    (tmp_path / "mild.toml").write_text(MILD)
    assert typed("gate", run_id, "--policy", tmp_path / "mild.toml").exit_code == 0
    assert "the bundle's own" in " ".join(typed("show", run_id).output.split())
    assert typed("report", run_id, "--html", tmp_path / "r.html").exit_code == 0
    assert "the bundle's own" in unescape((tmp_path / "r.html").read_text())


def test_a_gate_takes_the_policy_of_a_known_key(mild):
    run_id, out = mild
    assert typed("import", out, "--key", out / "signature" / "assay.pub").exit_code == 0
    done = typed("gate", run_id)
    assert done.exit_code == 0
    assert "default policy" not in " ".join(done.output.split())
