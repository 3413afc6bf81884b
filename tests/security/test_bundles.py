"""Bundles made by somebody who means to mislead, and bundles that are broken: each ends in one sentence, none is taken in."""

import json
import os
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from forging import edit, fit
from installations import installation
from runs import make_run
from typer.testing import CliRunner

from audit.__main__ import build
from audit.errors import ReportError
from audit.records import from_dict
from audit.report.signing import SIGNATURE, sign
from audit.results.recomputing import check_content
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import MANIFEST, open_bundle
from audit.run.exporting import export_run
from audit.scored import Finding, Score, worded
from audit.store import Store, close_stores, open_store
from audit.store.base import dump
from models.errors import DiskError


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A finished, judged run, exported as a folder by an installation of its own."""
    folder = tmp_path_factory.mktemp("bundles")
    with installation(folder):
        run = make_run(open_store(), folder, rows=24)
        open_store().update_run(run.id, result_hash=None)  # the made records were not computed by shards of a plan
        out = export_run(open_store(), run.id, folder / "out")
        close_stores()
    return run, out


@pytest.fixture
def bundle(made, tmp_path, home):
    """A copy of it that a test may forge."""
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(made[1], copy)
    yield copy
    close_stores()


@pytest.fixture
def elsewhere(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    yield store
    store.close()


def set_all(key, value):
    def change(entries):
        for entry in entries:
            entry[key] = value

    return change


def put(**values):
    return lambda data: data.update(values)


def first(key, value):
    return lambda entries: entries[0].update({key: value})


def first_said(**parts):
    return lambda entries: entries[0]["said"].update(parts)


def prose(text):
    return {"key": "literal", "values": {"text": text}}


def other_number(entries):
    for entry in entries:
        if "value" in (values := entry["said"]["title"]["values"]):
            values["value"]["value"] = 0.123
            return
    raise AssertionError("no title has a number")


def swapped(rows):
    rows[0]["text"], rows[1]["text"] = rows[1]["text"], rows[0]["text"]


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


def typed(*words):
    return CliRunner().invoke(build(), [*map(str, words)])


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


BROKEN = {
    "a missing field": ("run.json", lambda run: run.pop("name") and None),
    "a field too many": ("run.json", put(evil=1)),
    "a strange status": ("run.json", put(status="weird")),
    "a run going on": ("run.json", put(status="running")),
    "an id that is a path": ("run.json", put(id="../../x")),
    "no id": ("run.json", put(id="")),
    "an id with a line end": ("run.json", put(id="0123456789ab\n")),
    "a run that is a list": ("run.json", lambda run: [1]),
    "probes that are a text": ("probes.json", lambda data: "x"),
    "rows that are numbers": ("rows.jsonl", lambda rows: [1, 2]),
    "a row without text": ("rows.jsonl", lambda rows: rows[0].pop("text") and None),
    "a record of a strange kind": ("records/0000.jsonl", first("kind", "weird")),
    "a payload that is no JSON": ("records/0000.jsonl", first("payload", "{")),
    **{
        f"a payload that is {text}": ("records/0000.jsonl", first("payload", text))
        for text in ("null", "[]", "7", '"x"')
    },
    "a payload with half a character": ("records/0000.jsonl", first("payload", '{"text": "\\ud800"}')),
    "a shard that is a text": ("shards.jsonl", lambda rows: ["x"]),
    "a review by nobody": ("reviews.json", lambda data: [{"probe": "x"}]),
    "a verdict of its own": ("run.json", put(verdict="GREAT")),
    "a line beyond every database": ("rows.jsonl", first("line", 10**30)),
    "a rationale beyond every database": ("rows.jsonl", first("rationale", [2**31])),
    "a weight beyond every database": ("rows.jsonl", first("weight", -(10**30))),
    "a place beyond every database": ("shards.jsonl", first("position", 2**31)),
    "queries beyond every database": ("records/0000.jsonl", first("queries", 2**63)),
    "more rows than there are": ("run.json", put(rows_total=10**30)),
    "a policy that is none": ("run.json", put(policy={"check": 7})),
    **{
        f"provenance {part}": ("run.json", lambda run, part=part: run["provenance"].update(part))
        for part in (
            {"table": "x"},
            {"model": "x"},
            {"table": {"columns": 7}},
            {"table": {"columns": {"groups": 7}}},
            {"model": {"identity": [1]}},
            {"table": {"labels": ["x"]}},
            {"table": {"warnings": 7}},
            {"environment": "x"},
            {"environment": {"assay": 7}},
            {"who": 7},
            {"environment": {"libraries": [1]}},
            {"environment": {"memory_bytes": "x"}},
        )
    },
    **{
        f"spec {part}": ("run.json", lambda run, part=part: run["spec"].update(part))
        for part in (
            {"table": "x"},
            {"model": 7},
            {"sample": "x"},
            {"sample": {"n": "x"}},
            {"table": {"groups": 7}},
            {"probes": [7]},
            {"probes": {}},
            {"seed": "x"},
            {"seed": 0.5},
            {"table": {"label_map": 7}},
        )
    },
    **{
        f"estimate {part}": ("run.json", put(estimate=part))
        for part in ({"seconds": "x"}, {"queries": "x"}, {"probes": 7}, {"probes": {"predict": 7}})
    },
    **{
        f"a model card with {part}": ("run.json", lambda run, part=part: run.update(model_card=part))
        for part in (
            {"labels": 7},
            {"labels": [["x"]]},
            {"data": 7},
            {"data": {"licence": 7}},
            {"data": {"test": {"rows": "x"}}},
            {"metrics": "fine"},
            {"metrics": {"test": {"n": 7}}},
            {"metrics": {"test": {"n": "x", "accuracy": {"value": 1, "low": 0, "high": 1}}}},
            {"metrics": {"evaluation": {"n": 1, "accuracy": {"value": "x", "low": 0, "high": 1}}}},
            {"metrics": {"test": {"n": 1, "accuracy": {"value": 1, "low": 0, "high": 1}, "classes": 7}}},
            {"base": 7},
            {"command": ["x"]},
        )
    },
    "a model card that is a text": ("run.json", put(model_card="x")),
    "an identity of something else": ("run.json", put(identity={"head": 7})),
}


@pytest.mark.parametrize(("name", "change"), BROKEN.values(), ids=BROKEN.keys())
def test_a_malformed_bundle_is_one_sentence(bundle, elsewhere, name, change):
    edit(bundle, name, change)
    with pytest.raises(ReportError) as told:
        import_run(elsewhere, bundle)
    assert len(str(told.value).splitlines()) == 1
    assert elsewhere.count_runs() == 0


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1E+99999", "9" * 250 + "e99", "1" + "0" * 400 + ".0"])
def test_a_number_too_large_for_one_is_no_fault_of_assay(bundle, elsewhere, number):
    text = (bundle / "run.json").read_text()
    assert '"seed": 0' in text
    (bundle / "run.json").write_text(text.replace('"seed": 0', f'"seed": {number}', 1))
    fit(bundle)
    with pytest.raises(ReportError, match=r"run\.json .* is not JSON .*too large for a number") as told:
        import_run(elsewhere, bundle)
    assert "fault of Assay" not in str(told.value)


@pytest.mark.parametrize("name", ["run.json", "findings.json", "rows.jsonl", "manifest.json"])
def test_half_a_character_is_no_text_of_a_bundle(bundle, elsewhere, name):
    text = (bundle / name).read_text()
    (bundle / name).write_text(re.sub('": ?"', lambda found: found[0] + "\\ud800", text, count=1))
    if name != "manifest.json":
        fit(bundle)
    with pytest.raises(ReportError, match="half a character"):
        import_run(elsewhere, bundle)


def test_a_report_of_a_stranger_is_not_taken_in_with_the_run(bundle, made, home):
    """Its signature says whose it is where it came from; here reports are made here, of what was checked."""
    reported(bundle)
    assert typed("import", bundle).exit_code == 0
    assert not [path for path in home.rglob("*") if path.suffix == ".pdf" or b"all is well" in _content(path)]
    assert open_store().reports(made[0].id) == ()


def _content(path):
    return path.read_bytes() if path.is_file() else b""


@pytest.mark.parametrize(
    "provenance", [{"table": "x"}, {"model": "x"}, {"table": {"columns": 7, "warnings": 7}}, {"environment": 7}]
)
def test_a_run_taken_in_before_with_such_parts_breaks_nothing(made, bundle, elsewhere, provenance):
    from audit.run.replay import check_run

    run = import_run(elsewhere, bundle)
    elsewhere.update_run(run.id, provenance=provenance)
    assert isinstance(check_content(elsewhere, run.id), list)
    assert check_run(elsewhere, run.id) == []
    assert elsewhere.run(run.id).table_warnings == ()
    elsewhere.update_run(run.id, spec=dump({**run.spec, "table": "x", "probes": 7}))
    assert "the spec cannot be used" in check_content(elsewhere, run.id)[0]


@pytest.mark.parametrize(
    "content", [b"[]", b'"x"', b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}', b'{"format": 1}']
)
def test_a_manifest_that_is_something_else(bundle, content):
    (bundle / MANIFEST).write_bytes(content)
    with pytest.raises(ReportError):
        verify_bundle(open_bundle(bundle))


@pytest.mark.parametrize(
    "name", ["run.json", "scores.json", "findings.json", "rows.jsonl", "records/0000.jsonl", "replicates.bin"]
)
@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"", b"{}", b"[1]", b"{'a': 1}"])
def test_a_file_that_is_something_else_is_never_a_traceback(bundle, elsewhere, name, content):
    (bundle / name).write_bytes(content)
    fit(bundle)
    if name == "replicates.bin":  # never taken from a bundle: they are made again of the records
        run = import_run(elsewhere, bundle)
        assert check_content(elsewhere, run.id) == []
        assert elsewhere.replicates(run.id)[:2] == b"PK"
        return
    with pytest.raises(ReportError):
        import_run(elsewhere, bundle)


def test_every_separator_of_lines_comes_back(tmp_path, home, elsewhere):
    text = "one\u2028two\u2029three\u0085four\x0bfive\x1csix"
    run = make_run(open_store(), tmp_path, rows=6, texts=[text])
    open_store().update_run(run.id, result_hash=None)
    out = export_run(open_store(), run.id, tmp_path / "lines.zip")
    assert verify_bundle(open_bundle(out))[0] == []
    import_run(elsewhere, out)
    assert text in {example.text for example in elsewhere.examples(run.id)}
    close_stores()


def test_a_zip_that_would_fill_the_memory_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, b"0" * 60_000_000)
    with pytest.raises(ReportError, match=r"would unpack to 60\.0 MB"):
        open_bundle(path)


def test_an_export_that_fails_leaves_nothing_behind(made, tmp_path, home, monkeypatch):
    run = make_run(open_store(), tmp_path, rows=6)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    for name in ("x.zip", "folder"):
        with monkeypatch.context() as patch:
            patch.setattr("audit.run.exporting._parquet", full)
            with pytest.raises(DiskError, match="the disk is full"):
                export_run(open_store(), run.id, tmp_path / name)
        assert not (tmp_path / name).exists()
        assert not list(tmp_path.glob(".*.part"))
        assert export_run(open_store(), run.id, tmp_path / name).exists()
    close_stores()


def _pipe(place):
    os.mkfifo(place)


def _socket(place):
    import socket

    bound = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(place.parent)  # the path of a socket may have some hundred letters only
    try:
        bound.bind(place.name)
    finally:
        os.chdir(here)
        bound.close()


SPECIAL = {
    "a pipe": _pipe,
    "a socket": _socket,
    "a link to a file": lambda place: place.symlink_to("/etc/hostname"),
    "a link to nothing": lambda place: place.symlink_to("nowhere"),
    "a link to a folder": lambda place: place.symlink_to("/etc"),
    "a link within": lambda place: place.symlink_to("run.json"),
}


@pytest.mark.parametrize("make", SPECIAL.values(), ids=SPECIAL.keys())
@pytest.mark.parametrize("name", ["odd", "records/odd", "run.json"])
def test_what_is_no_ordinary_file_is_named_and_refused(bundle, elsewhere, make, name):
    (bundle / name).unlink(missing_ok=True)
    make(bundle / name)
    for refuse in (lambda: open_bundle(bundle), lambda: import_run(elsewhere, bundle)):
        with pytest.raises(ReportError, match=rf"^{name} in .* is a (pipe|socket|link to elsewhere): .*ordinary files"):
            refuse()
    done = typed("verify", bundle)
    assert isinstance(done.exception, ReportError | SystemExit)
    assert elsewhere.count_runs() == 0


@pytest.mark.parametrize("name", ["x.zip", "x"])
def test_a_pipe_in_place_of_a_bundle_is_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(ReportError, match="is a pipe, neither"):
        open_bundle(tmp_path / name)


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
