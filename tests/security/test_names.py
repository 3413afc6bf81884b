"""Hostile names through every command and every export: data unchanged, nothing that a terminal, page or spreadsheet obeys.

The commands and the exports are taken from the program itself: a new one fails here until it is walked.
Pages and sections: `tests/dashboard/test_hostile_names.py`, in a browser `tests/e2e/test_hostile.py`.
"""

from __future__ import annotations

import csv
import html
import json
import re
import zipfile
from contextlib import contextmanager

import pytest
import typer
from hostile import COLUMNS, EVIL, LABELS, NOTE, POLICY_NAME, RUN, TABLE, slice_of
from names import LIVE, formula, said

from audit.language.printable import printable
from audit.store import close_stores, open_store
from models.terminal import visible

NAME = "n [/b] :red[a] \x1b]0;owned\x07 \u202e <b> =1+1 https://evil.example/n"
REVIEWER = "r [/b] \x1b[31m \u202e <i> https://evil.example/who"
POLICY_CHECK = "check [/b] \x1b[2J <b>"


def commands(program):
    """Every command of a program as typed: its words, and what it takes."""
    if program == "audit":
        from audit.__main__ import build

        top = typer.main.get_command(build())
    else:
        from models.__main__ import app

        top = typer.main.get_command(app)
    for name, command in top.commands.items():
        yield (name,), command
        for below, inner in getattr(command, "commands", {}).items():
            yield (name, below), inner


ALL = [(program, words, command) for program in ("audit", "models") for words, command in commands(program)]
OPTIONS = [
    (program, words, parameter)
    for program, words, command in ALL
    for parameter in command.params
    if not getattr(parameter, "is_flag", False) and parameter.name != "help"
]


@pytest.fixture(autouse=True)
def _here(hostile):
    with hostile.at_home():
        yield


@pytest.mark.parametrize(
    ("program", "words", "parameter"), OPTIONS, ids=lambda v: "-".join(v) if isinstance(v, tuple) else getattr(v, "name", v)
)  # fmt: skip
def test_whatever_is_given_as_an_option_is_answered_in_a_sentence(
    hostile, tmp_path, monkeypatch, program, words, parameter
):
    """A hostile value in the place of each argument and option, alone: refused or taken, never obeyed, never a traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("audit.run.worker.serve", lambda **_: None)
    monkeypatch.setattr("audit.cli.worker.guard", lambda *_: 0)
    monkeypatch.setattr("audit.cli.runs.ensure_worker", lambda store: False)
    value = [NAME] if parameter.param_type_name == "argument" else [parameter.opts[0], NAME]
    said(program, *words, *value, status=(0, 1, 2, 4))
    if parameter.param_type_name == "option":
        said(program, *words, parameter.opts[0] + "x" + NAME, status=2)
    said(program, *words, *value, NAME, NAME, NAME, status=(2, 4))


def policy(folder):
    """A policy with hostile names of its own."""
    lines = [f"version = 1\nname = {json.dumps(POLICY_NAME)}\n"]
    for label in LABELS:
        where = json.dumps(slice_of(label)) if label != "*" else '{ label = "*" }'
        lines.append(
            f'[[check]]\nid = {json.dumps(f"{POLICY_CHECK} {len(lines)}")}\nscore = "class_recall"\nslice = {where}\n'
            f"min = 0.0\nwhy = {json.dumps(NOTE)}\n"
        )
    path = folder / "p [b].toml"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def reads(hostile):
    words = ["--model", hostile.model, "--csv", hostile.table, "--text", "text [b]", "--label", "label"]
    return [*words, "--limit", 20]


def started(hostile, monkeypatch):
    monkeypatch.setattr("audit.cli.runs.ensure_worker", lambda store: False)
    groups = [word for column in COLUMNS for word in ("--group", column)]
    done = said("audit", "run", *reads(hostile), *groups, "--name", RUN, "--detach", "--json")
    run_id = json.loads(done.out)["run_id"]
    assert open_store().run(run_id).name == RUN
    return run_id


def walk_predict(hostile, tmp_path, monkeypatch):
    done = said("audit", "predict", *reads(hostile), "--out", tmp_path / "o [b].csv")
    assert "o [b].csv" in done.out + done.err
    with (tmp_path / "o [b].csv").open(encoding="utf-8", newline="") as file:
        assert [row["label"] for row in csv.DictReader(file, strict=True)] == list(LABELS)


def walk_explain(hostile, tmp_path, monkeypatch):
    page = tmp_path / "o.html"
    words = [*reads(hostile), "--out", tmp_path / "o [b].jsonl", "--html", page, "--method", "saliency"]
    said("audit", "explain", *words)
    assert not re.search(r"<i>|<a [^>]*http|<img[^>]*src=.http", page.read_text(encoding="utf-8"))
    lines = (tmp_path / "o [b].jsonl").read_text(encoding="utf-8").split("\n")
    assert {json.loads(line)["target"] for line in lines if line} <= set(LABELS)


def walk_attack(hostile, tmp_path, monkeypatch):
    out = tmp_path / "o [b].jsonl"
    said("audit", "attack", *reads(hostile), "--out", out, "--recipe", "bad_characters", "--max-queries", 5)
    records = [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n") if line]
    assert [record["label"] for record in records] == list(LABELS)


def walk_resources(hostile, tmp_path, monkeypatch):
    said("audit", "resources")


def walk_resources_get(hostile, tmp_path, monkeypatch):
    assert "n [/b]" in said("audit", "resources", "get", NAME, status=2).err


def walk_run(hostile, tmp_path, monkeypatch):
    run_id = started(hostile, monkeypatch)
    assert dict(open_store().run(run_id).spec)["table"]["groups"] == list(COLUMNS)


def walk_status(hostile, tmp_path, monkeypatch):
    for words in ((), (hostile.run_id,)):
        assert visible(RUN) in said("audit", "status", *words).out
    told = json.loads(said("audit", "status", "--json").out)["runs"]
    assert RUN in [run["name"] for run in told]


def walk_steering(hostile, tmp_path, monkeypatch):
    run_id = started(hostile, monkeypatch)
    said("audit", "cancel", run_id)
    said("audit", "delete", run_id, "--yes")
    assert visible(RUN) in said("audit", "resume", hostile.run_id).out


def walk_events(hostile, tmp_path, monkeypatch):
    """A name that would be obeyed is kept by no event; that of whoever acts is shown as it is."""
    run_id = started(hostile, monkeypatch)
    said("audit", "priority", run_id, 3)
    said("audit", "priority", NAME, 3, status=2)
    said("audit", "cancel", run_id)
    listed = json.loads(said("audit", "events", "--run", run_id, "--json").out)["events"]
    assert [event["verb"] for event in listed] == ["cancel_run", "set_priority", "start_run"]
    everything = said("audit", "events", "--limit", 1000, "--json").out
    assert NAME not in everything
    assert RUN not in everything
    assert run_id in said("audit", "events").out


def walk_show(hostile, tmp_path, monkeypatch):
    shown = said("audit", "show", hostile.run_id, "--all").out
    for part in (RUN, hostile.model, TABLE, NOTE, POLICY_NAME, *(f"label={label}" for label in LABELS)):
        assert visible(part) in shown, part
    told = json.loads(said("audit", "show", hostile.run_id, "--json").out)
    assert (told["name"], told["table"]["name"], told["note"], told["policy"]["name"]) == (
        RUN,
        TABLE,
        NOTE,
        POLICY_NAME,
    )


def walk_table(hostile, tmp_path, monkeypatch):
    """What the table itself does wrong: its labels, parts of it, and what of it needs a reference table or more rows."""
    said("audit", "labels", hostile.run_id, "--csv", tmp_path / "o [b].csv")
    with (tmp_path / "o [b].csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file, strict=True))) == open_store().run(hostile.run_id).rows_sampled
    shown = said("audit", "slices", hostile.run_id, "--where", "right").out
    assert hostile.run_id in shown or "right" in shown
    said("audit", "slices", hostile.run_id, "--where", NAME, status=2)
    for words in (("shift",), ("calibrate",)):
        said("audit", *words, hostile.run_id, status=(1, 2))
    said("audit", "influence", hostile.run_id, NAME, status=(1, 2))


def walk_diff(hostile, tmp_path, monkeypatch):
    shown = said("audit", "diff", hostile.run_id, hostile.run_id).out
    assert all(visible(score.key) in shown for score in open_store().scores(hostile.run_id))


def walk_gate(hostile, tmp_path, monkeypatch):
    asked = "audit", "gate", hostile.run_id, "--policy", policy(tmp_path)
    shown = said(*asked, status=(0, 1, 3)).out
    assert visible(POLICY_NAME) in shown
    assert visible(NOTE) in shown
    told = json.loads(said(*asked, "--json", status=(0, 1, 3)).out)
    checks = [f for f in told["findings"] if f["id"].startswith("check:")]
    assert sorted(f["score"]["where"]["label"] for f in checks) == sorted(LABELS)
    assert all(POLICY_CHECK in f["id"] and f["why"] == NOTE for f in checks)


def walk_moving(hostile, tmp_path, monkeypatch):
    with reviewed(hostile):
        moved(hostile, tmp_path, monkeypatch)


def moved(hostile, tmp_path, monkeypatch):
    """Out of one installation into another."""
    out = tmp_path / "b [x].zip"
    assert "b [x].zip" in said("audit", "export", hostile.run_id, "--out", out).err
    with zipfile.ZipFile(out) as bundle:
        assert all(re.fullmatch(r"[\w./-]+", name) for name in bundle.namelist())
        assert json.loads(bundle.read("reviews.json"))[0]["who"] == REVIEWER
    said("audit", "verify", out)
    close_stores()
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "other"))
    assert visible(RUN) in said("audit", "import", out).err
    run = open_store().run(hostile.run_id)
    assert (run.name, run.labels, run.note, run.table_name) == (RUN, LABELS, NOTE, TABLE)
    assert [review.who for review in open_store().reviews(hostile.run_id)] == [REVIEWER]


@contextmanager
def reviewed(hostile):
    """With one adversarial example judged by a reviewer of a hostile name."""
    from audit.run import client
    from audit.store import RecordFilter

    store = open_store()
    row_id = str(store.records(hostile.run_id, RecordFilter(probe="bad_characters"), limit=1).iloc[0]["row_id"])
    store.save_review(hostile.run_id, "bad_characters", row_id, "same", who=REVIEWER)
    client.review(hostile.run_id, store=store)
    yield
    with hostile.at_home():
        open_store().delete_review(hostile.run_id, "bad_characters", row_id, who=REVIEWER)
        client.review(hostile.run_id, store=open_store())


def walk_report(hostile, tmp_path, monkeypatch):
    with reviewed(hostile):
        reported(hostile, tmp_path)


def reported(hostile, tmp_path):
    """Every file of a report."""
    options = [p for _, words, command in ALL if words == ("report",) for p in command.params]
    written = {option.opts[0] for option in options if "Write" in (getattr(option, "help", "") or "")}
    assert written == {
        "--pdf",
        "--json",
        "--csv",
        "--html",
        "--xlsx",
    }  # another kind of file is another export to look at
    files = {kind: tmp_path / f"r.{kind}" for kind in ("pdf", "html", "json")}
    options = [word for kind, path in files.items() for word in (f"--{kind}", path)]
    more = ["--csv", tmp_path / "csv", "--preset", "technical", "--organisation", NAME]
    said("audit", "report", hostile.run_id, *options, *more)
    data = json.loads(files["json"].read_text(encoding="utf-8"))
    assert (data["run"]["name"], tuple(data["run"]["labels"]), data["run"]["note"]) == (RUN, LABELS, NOTE)
    page = files["html"].read_text(encoding="utf-8")
    assert not re.search(r"<i>|<a [^>]*http|<img[^>]*src=.http", page)
    shown = html.unescape(page).replace("\u200b", "")
    for part in (POLICY_NAME, *(label[:30] for label in LABELS)):
        assert printable(part).replace("\u200b", "") in shown, part
    assert b"/URI" not in files["pdf"].read_bytes()
    cells = [cell for path in (tmp_path / "csv").iterdir() for row in table(path) for cell in row]
    assert not [cell for cell in cells if formula(cell)]
    assert set(LABELS) <= {cell.removeprefix("'") for cell in cells}


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))


def walk_worker(hostile, tmp_path, monkeypatch):
    """What a worker writes of a run with such names: nothing, its log holds ids."""
    monkeypatch.setattr("audit.run.worker.serve", lambda **_: None)
    said("audit", "worker", "--bare", "--idle-exit", 0.1)


def walk_catalog(hostile, tmp_path, monkeypatch):
    told = said("models", "check", "hostile").out
    assert all(visible(label) in told for label in LABELS)
    said("models", "add", "again", hostile.model, "--note", NOTE, "--in-place")
    assert visible(NOTE) in said("models", "show", "again").out
    assert visible(str(hostile.model)) in said("models", "list").out
    said("models", "remove", "again")


def walk_training(hostile, tmp_path, monkeypatch):
    """The words of a file's faults; a training itself is too long for here and prints labels through the same terminal."""
    (tmp_path / "t.csv").write_text(f"text,{NAME}\nx,a\n", encoding="utf-8")
    words = ["--csv", tmp_path / "t.csv", "--out", tmp_path / "out"]
    assert "n [/b]" in said("models", "train", *words, status=2).err
    said("models", "average", NAME, NAME, "--out", tmp_path / "o", status=2)


def walk_owning(hostile, tmp_path, monkeypatch):
    """What people write of a run is shown as it is typed, and obeyed by nobody."""
    run_id = started(hostile, monkeypatch)
    called = "Q3 [/final] :red[a] <b>"
    said("audit", "edit", run_id, "--name", RUN, status=2)  # it holds signs that nobody sees
    said("audit", "edit", run_id, "--name", called, "--note", NOTE, "--star", status=(0, 2))
    said("audit", "edit", run_id, "--name", called, "--star")
    said("audit", "edit", run_id, "--tag", NAME, status=(0, 2))
    assert called in said("audit", "status", "--starred").out
    said("audit", "again", run_id, "--csv", tmp_path / NAME, status=2)
    said("audit", "cancel", run_id)
    said("audit", "delete", run_id, "--yes")


def walk_policies(hostile, tmp_path, monkeypatch):
    """A policy under a name that would be obeyed."""
    from audit.score.policy import POLICIES

    said("audit", "policy", "import", POLICIES / "everyday.toml", "--name", NAME, status=(0, 2))
    for words in (
        ("policy",),
        ("policy", "list"),
        ("policy", "show", NAME),
        ("policy", "export", NAME, tmp_path / "p.toml"),
    ):
        said("audit", *words, status=(0, 2))
    said("audit", "policy", "use", hostile.run_id, f"{NAME} no such", status=2)
    said("audit", "policy", "delete", NAME, "--yes", status=(0, 2))


def walk_suites(hostile, tmp_path, monkeypatch):
    """A suite whose names, words and texts would be obeyed, as others write it."""
    from audit.behave.suites.model import Case, Expectation, Suite, SuiteTest
    from audit.behave.suites.toml_file import suite_toml

    cases = (Case((NAME,), (LABELS[0],)), Case((NOTE,), (LABELS[1],)))
    pairs = (Case((NAME, NOTE), (None, None)),)
    tests = (
        SuiteTest(NAME, "MFT", Expectation("label"), cases, REVIEWER),
        SuiteTest(NOTE, "INV", Expectation("same"), pairs),
    )
    file, out = tmp_path / "s.toml", tmp_path / "failed.csv"
    file.write_text(suite_toml(Suite(NAME, tests)), encoding="utf-8")
    said("audit", "suite", "save", file, "--name", NAME, status=(0, 2))
    said("audit", "suite", "save", file, "--name", "kept")
    said("audit", "suite")
    said("audit", "suite", "list")
    said("audit", "suite", "export", NAME, "--out", tmp_path / "kept.toml", status=(0, 2))
    said("audit", "suite", "delete", NAME, status=(0, 2))
    said("audit", "suite", "delete", "kept")
    assert visible(NAME) in said("audit", "suite", "show", file).out
    run = said("audit", "suite", "run", file, "--model", hostile.model, "--allowed", 0, "--out", out, status=(0, 1))
    assert visible(NAME) in run.out
    assert not [cell for row in table(out) for cell in row if formula(cell)]
    said("audit", "suite", "show", tmp_path / NAME, status=2)
    plain = tmp_path / "plain.csv"
    plain.write_text("what,gold,of\n=1+1 [/b],:red[a],<b>\n", encoding="utf-8")
    columns = ("--text", "what", "--label", "gold", "--test", "of")
    said("audit", "suite", "import", plain, *columns, "--name", NAME, "--out", tmp_path / "made.toml")
    said("audit", "suite", "show", tmp_path / "made.toml")
    said(
        "audit",
        "suite",
        "new",
        f"{{who}} {NAME}",
        "--list",
        f"who={NAME}",
        "--label",
        NAME,
        "--out",
        tmp_path / "new.toml",
    )


WALKS = {
    walk_suites: ["audit suite", *(f"audit suite {verb}" for verb in ("delete", "export", "import", "list", "new", "run", "save", "show"))],
    walk_owning: ["audit again", "audit edit"],
    walk_policies: [
        "audit policy", *(f"audit policy {verb}" for verb in ("delete", "export", "import", "list", "show", "use")),
    ],
    walk_predict: ["audit predict"], walk_explain: ["audit explain"], walk_attack: ["audit attack"],
    walk_resources: ["audit resources"], walk_resources_get: ["audit resources get"], walk_run: ["audit run"],
    walk_status: ["audit status"],
    walk_table: ["audit labels", "audit slices", "audit shift", "audit calibrate", "audit influence"],
    walk_steering: ["audit resume", "audit cancel", "audit delete"], walk_show: ["audit show"],
    walk_report: ["audit report"], walk_diff: ["audit diff"], walk_gate: ["audit gate"],
    walk_moving: ["audit export", "audit import", "audit verify"], walk_worker: ["audit worker"],
    walk_events: ["audit events", "audit priority"],
    walk_catalog: ["models list", "models add", "models show", "models check", "models remove"],
    walk_training: ["models train", "models average"],
}  # fmt: skip


def test_every_command_is_walked():
    walked = sorted(name for names in WALKS.values() for name in names)
    assert walked == sorted(" ".join((program, *words)) for program, words, _ in ALL)


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_each_command_says_every_name_and_obeys_none(hostile, tmp_path, monkeypatch, walk):
    walk(hostile, tmp_path, monkeypatch)


def test_help_holds_nothing_of_others():
    for program, words, _ in ALL:
        assert EVIL not in said(program, *words, "--help").out


def test_what_is_looked_for_would_be_found():
    assert all(LIVE.search(name) for name in (RUN, NAME, REVIEWER, POLICY_CHECK))
    assert formula("\u200b=1+1")
