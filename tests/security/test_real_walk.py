"""From a table to a report as a user goes, with a training and a worker of their own, and every name on the way a hostile one.

Labels and names hold what `hostile.LABELS` does not: line ends, a leading dash, what begins a list or an option.
The downloads of every page are read back as a spreadsheet would.
"""

import ast
import csv
import io
import json
import os
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from checkpoints import make
from installations import installation
from literal_pages import literal
from names import formula, said
from pages import check, seen
from streamlit.testing.v1 import AppTest

from audit.run import client
from audit.store import close_stores, open_store
from dashboard.app import VIEWS
from dashboard.views.report import SECTIONS
from models.terminal import visible

ROOT = Path(__file__).resolve().parents[2]
LABELS = (
    "-lead'quote`", "<script>alert(1)</script>|*?[]", '=HYPERLINK("http://evil.example","x"),a=b', "@SUM(A1)\ttab\r=1+1",
    "[red]x[/red] :bomb: $$y$$ **b**", "\u202ertl\u2028nel\u0085\n- new\nline",
)  # fmt: skip
TEXT, LABEL, GROUPS = "--text 'q' [t]", "=lab|el*?[x],y=z", (".dot <b>grp</b>", "-\u202egroup\u2028g")
NAME = "-=n|*a?[b],c=d 'q'\n- new \u2028\u202e <img src=x>"
RUN = "-Q3 [/final] =1+1,@x|*?[] \u2028 \u202eltr\n- new line https://evil.example `'\" $x$ :bomb: **b**"
OPENINGS = ("=1+1 ", "+cmd|' /C calc'!A0 ", "-2+3 ", "@SUM(A1) ", "\t=1 ", "\r=1+1 ", "\uff1d1+1 ", "\u200b=1 ", "")
BODIES = ("great film", "cold soup", "a fair price", "dull sequel", "nobody answers", "friendly staff")


@dataclass(frozen=True)
class Walked:
    """Where the walk went: its folder, the trained model, the table, the run and one on fewer rows of it."""

    folder: Path
    model: Path
    table: Path
    run_id: str
    smaller: str


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """A model trained on a table and audited on it by a worker process, all by commands."""
    folder = tmp_path_factory.mktemp("walk")
    base = make(folder / "base", "bert")
    made = Walked(folder, folder / f"{NAME}-model", folder / f"{NAME}.csv", "", "")
    with made.table.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([TEXT, LABEL, *GROUPS])
        for i in range(54):
            text = f"{OPENINGS[i % len(OPENINGS)]}{BODIES[i % 6]} number {i} <b>"
            out.writerow([text, LABELS[i % 6], ("=2+2", "\r=3+3", "[/b]")[i % 3], ("a|b,c=d", "*")[i % 2]])
    before = os.umask(0o022)
    with installation(folder) as patch:
        patch.chdir(ROOT)
        patch.setenv("COLUMNS", "400")
        reads = "--csv", made.table, f"--text={TEXT}", f"--label={LABEL}"
        more = "--base", base, "--epochs", 2, "--threads", 1, f"--data-name={NAME}", f"--data-licence={RUN}"
        trained = said("models", "train", *reads, "--test-csv", made.table, "--out", made.model, *more)
        assert all(visible(label) in trained.out for label in LABELS)
        assert visible(made.model.name) in trained.out
        more = *reads, *(f"--group={name}" for name in GROUPS), f"--name={RUN}", "--json"
        try:
            done = [said("audit", "run", "--model", made.model, *more, "--limit", rows) for rows in (20, 12)]
        finally:
            for worker in client._children:
                worker.terminate()
                worker.wait(60)
        told, smaller = (json.loads(one.out) for one in done)
        assert (told["status"], smaller["status"]) == ("finished", "finished")
        assert (told["name"], told["table"]["name"]) == (RUN, made.table.name)
        yield replace(made, run_id=told["run_id"], smaller=smaller["run_id"])
        close_stores()
    os.umask(before)


@pytest.fixture(autouse=True)
def _here(walked, monkeypatch):
    monkeypatch.setenv("ASSAY_HOME", str(walked.folder / "home"))
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.chdir(ROOT)
    yield
    close_stores()


@pytest.mark.slow
def test_the_names_come_back_as_they_are(walked):
    run = open_store().run(walked.run_id)
    assert (run.name, set(run.labels), run.table_name) == (RUN, set(LABELS), walked.table.name)
    card = json.loads((walked.model / "card.json").read_text(encoding="utf-8"))
    assert (set(card["labels"]), card["data"]["licence"]) == (set(LABELS), RUN)
    texts = [example.text for example in open_store().examples(walked.run_id)]
    assert len(texts) == 20
    assert any(formula(text) for text in texts)
    assert {name for example in open_store().examples(walked.run_id) for name in example.groups} == set(GROUPS)


def test_what_the_commands_say(walked):
    shown = said("audit", "show", walked.run_id, "--all").out
    for part in (RUN, walked.table.name, walked.model.name, *(f"label={label}" for label in LABELS)):
        assert visible(part) in shown, part
    for words in (("status",), ("status", walked.run_id)):
        assert visible(RUN) in said("audit", *words).out
    keys = {score.key for run in (walked.run_id, walked.smaller) for score in open_store().scores(run)}
    compared = said("audit", "diff", walked.run_id, walked.smaller).out
    assert all(visible(key) in compared for key in keys)
    said("audit", "gate", walked.run_id, status=(0, 1, 3))
    said("audit", "verify", walked.run_id, "--replay", 3)


def test_the_logs_hold_no_name(walked):
    logs = list((walked.folder / "home" / "logs").iterdir())
    assert logs
    for log in logs:
        said_there = log.read_text(encoding="utf-8")
        assert not [part for part in ("evil.example", "great film", "- new") if part in said_there], log


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_nothing_of_the_data_folder_is_for_others(walked, tmp_path):
    said("models", "add", "walked", walked.model)
    said("audit", "report", walked.run_id, "--html", tmp_path / "r.html", "--csv", tmp_path / "csv")
    said("audit", "export", walked.run_id, "--out", tmp_path / "b.zip", "--no-report")
    said("models", "remove", "walked")
    home = walked.folder / "home"
    parts = {path.relative_to(home).parts[0] for path in home.rglob("*")}
    assert {"assay.db", "workflows.db", "files", "logs", "workers", "keys"} <= parts
    assert [path for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077] == []
    assert (tmp_path / "r.html").stat().st_mode & 0o077, "what is written elsewhere is as its owner likes it"


@pytest.mark.slow
def test_out_of_one_installation_into_another(walked, tmp_path, monkeypatch):
    out = tmp_path / "-b|,=x \u202e.zip"
    assert visible(out.name) in said("audit", "export", walked.run_id, f"--out={out}").err
    with zipfile.ZipFile(out) as bundle:
        assert all(re.fullmatch(r"[\w./-]+", name) for name in bundle.namelist())
    said("audit", "verify", out)
    before = open_store().scores(walked.run_id)
    close_stores()
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "other"))
    assert visible(RUN) in said("audit", "import", out).err
    assert open_store().scores(walked.run_id) == before
    assert said("audit", "gate", walked.run_id, status=(1, 3))


def table(data):
    """A CSV as a spreadsheet takes it, every line as long as the first."""
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    assert {len(line) for line in lines} == {len(lines[0])}
    return lines


def test_every_file_of_a_report(walked, tmp_path):
    files = {kind: tmp_path / f"-=r\u202e.{kind}" for kind in ("pdf", "html", "json")}
    options = [f"--{kind}={path}" for kind, path in files.items()]
    said("audit", "report", walked.run_id, *options, "--csv", tmp_path / "csv", "--preset", "technical")
    page = files["html"].read_text(encoding="utf-8")
    assert not re.search(r"<script|<i>|<a [^>]*http|<img[^>]*src=.http|\son\w+=", page)
    assert not re.search(rb"/(URI|JavaScript|Launch)\b", files["pdf"].read_bytes())
    assert json.loads(files["json"].read_text(encoding="utf-8"))["run"]["name"] == RUN
    cells = [cell for path in (tmp_path / "csv").iterdir() for line in table(path.read_bytes()) for cell in line]
    assert not [cell for cell in cells if formula(cell)]
    assert set(LABELS) <= {cell.removeprefix("'") for cell in cells}


# -- pages and what they hand out ----------------------------------------------------------------------------------

PLACES = [*((page, {}) for page in VIEWS if page != "report"), *(("report", {"section": name}) for name in SECTIONS)]


@pytest.fixture
def offered(monkeypatch):
    """Every download that a page offers while it is drawn: its file's name, and what its bytes are made of."""
    import streamlit as st

    found, button = [], st.download_button

    def noted(label, data, file_name=None, *args, **kwargs):
        found.append((file_name, data))
        return button(label, data, file_name, *args, **kwargs)

    monkeypatch.setattr(st, "download_button", noted)
    st.cache_data.clear()
    yield found
    st.cache_data.clear()


@pytest.mark.parametrize(("page", "query"), PLACES, ids=lambda v: v if isinstance(v, str) else v.get("section", ""))
def test_every_page_shows_the_names_and_hands_out_no_formula(walked, offered, page, query):
    test = AppTest.from_string(f"from dashboard.app import main\nmain({page!r})", default_timeout=300)
    asked = {"first": walked.run_id, "second": walked.smaller} if page == "compare" else {"run": walked.run_id}
    if page == "data":
        asked = {"table": open_store().run(walked.run_id).upload}
    for name, value in {**asked, **query}.items():
        test.query_params[name] = value
    test.run()
    check(test)
    literal(test)
    if page in {"report", "runs", "compare"}:
        assert "Q3 [/final] =1+1" in seen(test)
    for name, data in offered:
        assert re.fullmatch(r"[\w.-]+", name), name
        if name.endswith(".csv"):
            lines = table(data())
            assert not [cell for line in lines for cell in line if formula(cell)], name
    if query.get("section") in {"rows", "robustness", "performance", "print"}:
        assert [name for name, _ in offered if name.endswith(".csv")], "this section hands out tables"


def test_a_download_of_all_rows_holds_every_text_whole(walked, offered):
    test = AppTest.from_string("from dashboard.app import main\nmain('report')", default_timeout=300)
    test.query_params["run"], test.query_params["section"] = walked.run_id, "rows"
    check(test.run())
    rows = ("rows", "results")
    [data] = [data for name, data in offered if name.startswith(rows) and name.endswith(".csv")]
    head, *lines = table(data())
    texts = {line[head.index("text")] for line in lines}
    assert {text.removeprefix("'") for text in texts} == {row.text for row in open_store().examples(walked.run_id)}
    assert {line[head.index("label")].removeprefix("'") for line in lines} <= set(LABELS)


def test_whatever_is_handed_out_goes_through_the_one_writer_of_cells():
    """Each button in the code: a table through `frame_csv` or `frame_xlsx`, or a file that is no table."""
    found = {}
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            if getattr(call.func, "attr", "") == "download_button":
                assert ast.unparse(call.func) == "st.download_button", path  # as the walk above listens for
                given = ast.unparse(call.args[1]).removeprefix("as_now(").removeprefix("partial(")
                found[path.name, re.split(r"[(,]", given)[0]] = path
    assert set(found) == {
        ("charts.py", "make"),  # `frame_csv` or `frame_xlsx`
        ("paging.py", "lambda: frame_csv"), ("report_print.py", "files.read"),
        ("paging.py", "lambda: frame_xlsx"),  # texts as texts: a workbook knows what is a formula
        ("predictions.py", "store"),  # made by the worker, through the same two
        ("charts.py", "picture)"), ("bundles.py", "made"), ("compare.py", "made"), ("policies.py", "policy_toml"),
        ("suites.py", "suites.text_of"), ("suite_draft.py", "text"),  # no tables
    }  # fmt: skip
