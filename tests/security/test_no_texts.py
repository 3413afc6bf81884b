"""Exports and reports without texts: no word of a row, of a note or of an error in any file, and they say so."""

import io
import json
import zipfile
from dataclasses import replace

import pytest
from runs import make_run
from typer.testing import CliRunner

from audit.__main__ import build
from audit.errors import ReportError
from audit.report.textless import Words
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.finish import result_hash
from audit.said import Telling, literal
from audit.scored import Finding, Score
from audit.slices import Slice
from audit.store import close_stores, open_store

RARE = ("xylophonist", "quokkas", "zeugma", "borborygmus")
SENTENCE = "The xylophonist fed quokkas and was a zeugma, take 9."


def typed(*words):
    done = CliRunner().invoke(build(), [*map(str, words)])
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture
def run(home, tmp_path, monkeypatch):
    """A run that holds rare words in its texts, its records, scores, findings, notes and errors."""
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    store = open_store()
    run = make_run(store, tmp_path, rows=24, texts=[SENTENCE] + [f"{SENTENCE} Again {i}." for i in range(9)])
    score = Score("word_importance", 0.5, 0.4, 0.6, 0.95, 12, "none", "neutral", "word_importance", "integrated_gradients",
                  Slice(label="positive", word="xylophonist"), notes=(literal("about quokkas"),))  # fmt: skip
    finding = Finding(
        f"words:{score.key}",
        Telling(literal("The word 'xylophonist' decides"), literal("As in 'zeugma'"), literal("Read 'quokkas'")),
        "FAIL",
        "high",
        score,
        None,
        0.95,
    )
    first = store.findings(run.id)[0]
    other = replace(first, said=replace(first.said, note=literal("Also found with 'xylophonist'.")))
    scores, findings = (*store.scores(run.id), score), (*store.findings(run.id)[1:], finding, other)
    store.save_scores(run.id, scores, store.replicates(run.id))
    store.save_findings(run.id, findings, "FAIL")
    provenance = {
        **run.provenance,
        "environment": {},
        "table": {**run.provenance["table"], "warnings": ["row 3 says borborygmus"]},
    }
    store.update_run(
        run.id,
        note="see borborygmus",
        error="borborygmus",
        provenance=provenance,
        result_hash=result_hash(store, run.id),
    )
    store.save_review(
        run.id, "deepwordbug", store.examples(run.id, [0])[0].row_id, "same", who="ana", note="borborygmus"
    )
    yield store.run(run.id)
    close_stores()


def contents(path):
    """Every byte of a file or folder, with those of zips and Parquet files in the clear."""
    import pyarrow.parquet as pq

    if path.is_dir():
        return b"".join(contents(child) for child in sorted(path.rglob("*")) if child.is_file())
    data = path.read_bytes()
    if path.suffix == ".parquet":
        return str(pq.read_table(io.BytesIO(data)).to_pylist()).encode()
    if data[:2] == b"PK":
        with zipfile.ZipFile(path) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    if path.suffix == ".pdf":
        return pdf_text(path).encode()
    return data


def pdf_text(path):
    from pypdf import PdfReader

    return " ".join(page.extract_text() for page in PdfReader(path).pages)


def rare_words(path):
    found = contents(path)
    return [word for word in RARE if word.encode() in found]


@pytest.mark.slow
def test_a_bundle_without_texts_holds_none_and_verifies(run, tmp_path):
    out = tmp_path / "bare"
    typed("export", run.id, "--out", out, "--no-texts")
    assert rare_words(out) == []
    whole = tmp_path / "whole"
    typed("export", run.id, "--out", whole, "--no-report")
    assert set(rare_words(whole)) == set(RARE), "with texts every one of them is there"
    bundle = open_bundle(out)
    assert not bundle.texts
    faults, signature = verify_bundle(bundle)
    assert faults == []
    assert "without texts" in signature.comment
    said = typed("verify", out).output
    assert "cannot be checked without texts" in " ".join(said.split())
    assert json.loads(typed("verify", out, "--json").stdout)["texts"] is False
    with pytest.raises(ReportError, match="without texts"):
        import_run(open_store(), out)


def test_a_changed_bundle_without_texts_is_found(run, tmp_path):
    from forging import edit

    out = tmp_path / "bare"
    typed("export", run.id, "--out", out, "--no-texts", "--no-sign", "--no-report")

    def digest(records):
        records[3]["digest"] = "0" * 64

    edit(out, "records/0000.jsonl", digest)
    assert verify_bundle(open_bundle(out))[0]


def test_reports_without_texts_hold_none_and_say_so(run, tmp_path):
    files = {name: tmp_path / f"report.{name}" for name in ("pdf", "html", "json")}
    options = [part for name, path in files.items() for part in (f"--{name}", path)]
    typed("report", run.id, "--no-texts", *options, "--csv", tmp_path / "csv")
    for path in (*files.values(), tmp_path / "csv"):
        assert rare_words(path) == [], path.name
    assert "left out" in " ".join(pdf_text(files["pdf"]).split())
    assert "left out" in files["html"].read_text()
    data = json.loads(files["json"].read_text())
    assert data["texts"] is False
    assert "[word 1]" in json.dumps(data["scores"])
    typed("report", run.id, "--html", tmp_path / "whole.html")
    assert "xylophonist" in (tmp_path / "whole.html").read_text()
    jobs = open_store().reports(run.id)
    assert {job.args.get("texts", True) for job in jobs} == {True, False}


def test_the_same_word_has_the_same_place_holder():
    def score(word, label):
        return Score("w", 1, 1, 1, 0.95, 9, "none", "neutral", "word_importance", where=Slice(label=label, word=word))

    scores = [score("b", "x"), score("a", "x"), score("b", "y")]
    hidden = [Words(scores).score(one).where["word"] for one in scores]
    assert hidden == ["[word 2]", "[word 1]", "[word 2]"]


def test_the_page_asks_for_a_report_without_texts(run):
    from streamlit.testing.v1 import AppTest

    open_store().update_run(run.id, error=None)
    test = AppTest.from_string("from dashboard.app import main\nmain('report')", default_timeout=300)
    test.query_params["run"], test.query_params["section"] = run.id, "print"
    test.run().checkbox(key="no-texts").check()
    next(button for button in test.button if button.label == "Make the report").click().run()
    (job,) = open_store().reports(run.id)
    assert job.args["texts"] is False
