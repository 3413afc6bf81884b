"""Names that mean something to some part of us, through every command and export: each comes back whole and alone."""

from __future__ import annotations

import csv
import html
import json
import re
import zipfile

import pytest
from commands import typed
from hostile import CAPABILITY, COLUMNS, LABELS, NOTE, RUN, SUITE, TABLE, TESTS
from names import formula, said

from audit.language.printable import printable
from audit.old_forms import came_later
from audit.slices import Slice
from audit.store import close_stores, open_store
from models.terminal import visible


@pytest.fixture(autouse=True)
def _here(hostile):
    with hostile.at_home():
        yield


def test_show_status_and_models_lose_nothing(hostile):
    shown = said("audit", "show", hostile.run_id, "--all").out
    for part in (RUN, hostile.model, TABLE, NOTE, *(f"label={label}" for label in LABELS)):
        assert visible(part) in shown, part
    for words in ((), (hostile.run_id,)):
        assert visible(RUN) in said("audit", "status", *words).out
    assert "kept by Assay" in said("models", "list").out
    told = said("models", "show", "hostile").out
    for part in (NOTE, *LABELS):
        assert visible(part) in told


def test_a_run_is_started_shown_and_stopped(hostile, monkeypatch):
    monkeypatch.setattr("audit.cli.runs.ensure_worker", lambda store: False)
    words = ("--model", hostile.model, "--csv", hostile.table, "--text", "text [b]", "--label", "label", "--name", RUN)
    started = said("audit", "run", *words, "--group", COLUMNS[0], "--detach", "--json")
    run_id = json.loads(started.out)["run_id"]
    assert visible(RUN) in said("audit", "status", run_id).out
    said("audit", "cancel", run_id)
    said("audit", "gate", run_id, status=4)
    said("audit", "delete", run_id, "--yes")
    assert visible(RUN) in said("audit", "resume", hostile.run_id).out


def test_the_catalog(hostile):
    told = said("models", "check", "hostile").out
    assert all(visible(label) in told for label in LABELS)
    said("models", "add", "again", hostile.model, "--note", NOTE)
    assert visible(NOTE) in said("models", "show", "again").out
    said("models", "remove", "again")
    assert "[/b]" in said("models", "remove", "[/b]", status=2).err


def test_json_gives_every_name_as_it_is(hostile):
    told = json.loads(said("audit", "show", hostile.run_id, "--json").out)
    assert told["name"] == RUN
    recalls = [score["where"]["label"] for score in told["scores"] if score["name"] == "class_recall"]
    assert sorted(recalls) == sorted(LABELS)
    assert all(s["slice"] == f"label={s['where']['label']}" for s in told["scores"] if s["name"] == "class_recall")
    assert len({score["key"] for score in told["scores"]}) == len(told["scores"])
    [status] = [
        run for run in json.loads(said("audit", "status", "--json").out)["runs"] if run["run_id"] == hostile.run_id
    ]
    assert status["name"] == RUN
    [entry] = [m for m in json.loads(said("models", "list", "--json").out) if m["name"] == "hostile"]
    assert entry["labels"] == list(LABELS)


@pytest.mark.parametrize("form", ["text", "structured"])
def test_a_check_on_each_class_is_about_that_class(hostile, tmp_path, form):
    def slice_of(label):
        return json.dumps(f"label={label}") if form == "text" and label != "*" else f"{{ label = {json.dumps(label)} }}"

    checks = [
        f'[[check]]\nid = "{i}"\nscore = "class_recall"\nslice = {slice_of(label)}\nmin = 0.5\nmin_n = 1\n'
        for i, label in enumerate(LABELS)
    ]
    (tmp_path / "p.toml").write_text("version = 1\n" + "".join(checks), encoding="utf-8")
    done = typed("audit", "gate", hostile.run_id, "--policy", tmp_path / "p.toml", "--json")
    found = json.loads(done.out)["findings"]
    about = {f["id"].split(":")[1]: f["score"]["where"] for f in found if f["id"].startswith("check:")}
    assert about == {str(i): {"label": label} for i, label in enumerate(LABELS)}
    assert done.status in (1, 3)


@pytest.mark.parametrize("test", TESTS)
def test_a_check_on_a_test_of_a_suite_is_about_that_test(hostile, tmp_path, test):
    (tmp_path / "p.toml").write_text(
        'version = 1\n[[check]]\nid = "one"\nscore = "behaviour_failure"\nprobe = "*"\nmax = 0.5\nmin_n = 1\n'
        f"slice = {{ capability = {json.dumps(CAPABILITY)}, test = {json.dumps(test)} }}\n", encoding="utf-8",
    )  # fmt: skip
    done = typed("audit", "gate", hostile.run_id, "--policy", tmp_path / "p.toml", "--json")
    (found,) = json.loads(done.out)["findings"]
    assert found["score"]["where"] == {"capability": CAPABILITY, "test": test}
    (score,) = (
        s for s in open_store().scores(hostile.run_id) if s.name == "behaviour_failure" and s.where["test"] == test
    )
    wanted = ("FAIL", 1) if score.low > 0.5 else ("PASS", 0) if score.high <= 0.5 else ("INCONCLUSIVE", 3)
    assert (found["verdict"], done.status) == wanted


@pytest.mark.parametrize("policy", ["everyday", "release", "adversary"])
def test_the_policies_that_come_with_assay_tell_of_hostile_names_whole(hostile, policy):
    done = typed("audit", "gate", hostile.run_id, "--policy", policy)
    assert done.status in (1, 3), done.err
    assert visible(RUN) in done.out
    assert "\x1b" not in done.out + done.err


def test_diff_says_which_class_each_line_is_about(hostile):
    out = said("audit", "diff", hostile.run_id, hostile.run_id).out
    for score in open_store().scores(hostile.run_id):
        assert visible(score.key) in out
    told = json.loads(said("audit", "diff", hostile.run_id, hostile.run_id, "--json").out)
    assert {s["where"]["label"] for s in told["scores"] if s["name"] == "class_recall"} == set(LABELS)


def test_a_name_that_is_not_there_and_a_bad_one(hostile):
    for words in (("show", "no [/b] \x1b[31m"), ("gate", "no [/b] \x1b[2J"), ("verify", "no [/b]\x9b")):
        assert "no [/b]" in said("audit", *words, status=2).err
    assert "[/b]" in said("models", "show", "no [/b] \x1b]0;x\x07", status=2).err


@pytest.mark.parametrize("command", ["predict", "explain", "attack"])
def test_the_commands_on_a_table(hostile, tmp_path, command):
    out = tmp_path / ("out [b].csv" if command == "predict" else "out [b].jsonl")
    more = {
        "predict": (),
        "explain": ("--method", "saliency"),
        "attack": ("--recipe", "bad_characters", "--max-queries", "5"),
    }
    words = ("--model", hostile.model, "--csv", hostile.table, "--text", "text [b]", "--label", "label", "--limit", 20)
    done = said("audit", command, *words, "--out", out, *more[command])
    assert command == "attack" or "out [b]" in done.out + done.err
    if command == "predict":
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        assert [row["label"] for row in rows] == list(LABELS)
        assert {f"p_{label}" for label in LABELS} <= set(rows[0])


def test_the_reports_hold_every_name(hostile, tmp_path):
    files = {kind: tmp_path / f"r.{kind}" for kind in ("pdf", "html", "json")}
    options = [word for kind, path in files.items() for word in (f"--{kind}", path)]
    said("audit", "report", hostile.run_id, *options, "--csv", tmp_path / "csv", "--preset", "technical")
    data = json.loads(files["json"].read_text(encoding="utf-8"))
    assert data["run"]["labels"] == list(LABELS)
    assert {s["where"]["label"] for s in data["scores"] if s["name"] == "class_recall"} == set(LABELS)
    page = files["html"].read_text(encoding="utf-8")
    assert not re.search(r"<i>|<a [^>]*http|<img[^>]*src=.http", page)
    for label in LABELS:
        assert printable(label[:30]).replace("\u200b", "") in html.unescape(page).replace("\u200b", "")
    for name in (*TESTS, CAPABILITY, SUITE):
        assert printable(name) in html.unescape(page), name
    assert b"/URI" not in files["pdf"].read_bytes()
    with (tmp_path / "csv" / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    recalls = {row["slice"].removeprefix("label=") for row in rows if row["name"] == "class_recall"}
    assert recalls == set(LABELS)
    with (tmp_path / "csv" / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert {row["label"].removeprefix("'") for row in rows} == set(LABELS)
    for path in (tmp_path / "csv").iterdir():
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file, strict=True):
                assert not any(formula(cell) for cell in row)


def test_a_bundle_is_exported_verified_and_imported(hostile, tmp_path, monkeypatch):
    out = tmp_path / "b [x].zip"
    assert "b [x].zip" in said("audit", "export", hostile.run_id, "--out", out, "--no-report").err
    said("audit", "verify", out)
    said("audit", "verify", hostile.run_id)
    before = open_store().scores(hostile.run_id), open_store().findings(hostile.run_id)
    close_stores()
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "other"))
    assert visible(RUN) in said("audit", "import", out).err
    store = open_store()
    assert (store.scores(hostile.run_id), store.findings(hostile.run_id)) == before
    assert store.run(hostile.run_id).labels == LABELS
    said("audit", "verify", hostile.run_id)
    said("audit", "delete", hostile.run_id, "--yes")


def _came_later(score):
    return came_later(score["name"], Slice(score["where"]))


def older(where):
    """Whether slices of these columns were there when they were written as text: of a class, a word or one group column."""
    groups = [column for column in where if column.startswith("group:")]
    return len(groups) <= 1 and set(where) - set(groups) <= {"label", "predicted", "word", "target"}


def test_a_bundle_of_an_older_assay_keeps_its_slices(hostile, tmp_path, monkeypatch):
    import hashlib

    store = open_store()
    said("audit", "export", hostile.run_id, "--out", tmp_path / "new", "--no-report", "--no-sign")
    scores, findings = store.scores(hostile.run_id), store.findings(hostile.run_id)
    for name in ("scores.json", "findings.json"):
        path = tmp_path / "new" / name
        data = json.loads(path.read_text(encoding="utf-8"))
        data = [entry for entry in data if not _came_later(entry.get("score", entry))]
        for entry in data:
            if older(entry.get("score", entry)["where"]):
                entry.get("score", entry).pop("where")
        path.write_text(json.dumps(data, sort_keys=True, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    run = json.loads((tmp_path / "new" / "run.json").read_text(encoding="utf-8"))
    run["provenance"]["environment"]["assay"] = {"version": "0.0.9", "commit": None}
    (tmp_path / "new" / "run.json").write_text(json.dumps(run), encoding="utf-8")
    manifest = json.loads((tmp_path / "new" / "manifest.json").read_text())
    manifest["files"] |= {n: hashlib.sha256((tmp_path / "new" / n).read_bytes()).hexdigest() for n in manifest["files"]}
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
    (tmp_path / "new" / "manifest.json").write_text(text, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        for path in (tmp_path / "new").rglob("*"):
            if path.is_file():
                archive.write(path, path.relative_to(tmp_path / "new").as_posix())
    close_stores()
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "other"))
    told = said("audit", "verify", tmp_path / "old.zip")
    assert "that this Assay takes besides were not taken then" in told.out + told.err
    said("audit", "import", tmp_path / "old.zip")
    assert open_store().scores(hostile.run_id) == scores  # measured again
    assert {f.score.where for f in open_store().findings(hostile.run_id)} == {f.score.where for f in findings}
