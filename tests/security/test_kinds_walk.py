"""Suites, groups, triggers, shortcuts and directions go where attacks and explanations went: pages, reports, exports, erasing.

The run holds records of every such kind. Each text, phrase and word of theirs begins a formula, and holds markup and a rare
word; so do the names of its suite and tests, but for the rare word, which only texts have.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from dataclasses import replace

import kind_runs
import pytest
from installations import installation
from kind_runs import make_kinds_run
from literal_pages import literal
from names import formula, said
from pages import check, headings, seen
from streamlit.testing.v1 import AppTest

from audit.actions import runs, tables
from audit.actor import local_user
from audit.run.bundle import verify_bundle
from audit.run.bundle_files import open_bundle
from audit.store import close_stores, open_store
from dashboard.views import report
from models.terminal import visible

RARE = "xylophonist"
NAME = "=1+1 [/b] ![x](http://evil.example/e) <i> $x$ \u202e"
TEXT = f"{NAME} {RARE} \u2028- new"
KINDS = {"behaviour", "direction", "identity", "shortcut", "trigger", "word"}


def suite():
    """The suite of other tests, with hostile names and texts."""
    made = kind_runs.SUITE
    tests = tuple(
        replace(test, name=f"{NAME} {test.name}", capability=f"{NAME} {test.capability}", description=TEXT,
                cases=tuple(replace(case, texts=tuple(text.replace(RARE, TEXT) for text in case.texts)) for case in test.cases))
        for test in made.tests
    )  # fmt: skip
    return replace(made, name=f"{NAME} suite", tests=tests)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of an installation, and the id of the run."""
    folder = tmp_path_factory.mktemp("kinds")
    with installation(folder) as patch:
        patch.setattr(kind_runs, "PLANTED", TEXT)
        run = make_kinds_run(open_store(), folder, suite(), tuple(asked()))
        close_stores()
    return folder, run.id


def asked():
    """The probes of other tests, with this suite."""
    for probe in kind_runs.PROBES:
        own = {"suite": suite().name, "content": kind_runs.suite_toml(suite())}
        yield probe.model_copy(update={"params": {**probe.params, **own}}) if probe.kind == "behaviour" else probe


@pytest.fixture
def run(made, monkeypatch):
    """Its id, in its installation."""
    folder, run_id = made
    monkeypatch.setenv("ASSAY_HOME", str(folder / "home"))
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    assert {probe.kind for probe in open_store().probes(run_id)} >= KINDS
    yield run_id
    close_stores()


def holding(folder):
    """Files that hold the rare word."""
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and RARE.encode() in path.read_bytes()
    ]


def test_an_export_without_texts_holds_none_of_them(run, tmp_path):
    said("audit", "export", run, "--out", tmp_path / "whole", "--no-report")
    assert {"run.json", "records/0000.jsonl", "findings.json"} <= set(holding(tmp_path / "whole"))
    said("audit", "export", run, "--out", tmp_path / "bare", "--no-texts", "--no-report")
    assert holding(tmp_path / "bare") == []
    assert verify_bundle(open_bundle(tmp_path / "bare"))[0] == []


def test_reports_without_texts_hold_none_of_them(run, tmp_path):
    places = [f"--{kind}={tmp_path / f'r.{kind}'}" for kind in ("html", "json")]
    said("audit", "report", run, "--no-texts", "--preset", "technical", *places, "--csv", tmp_path / "csv")
    assert holding(tmp_path) == []


def test_reports_obey_none_of_them(run, tmp_path):
    places = [f"--{kind}={tmp_path / f'r.{kind}'}" for kind in ("html", "json", "pdf")]
    said("audit", "report", run, "--preset", "technical", *places, "--csv", tmp_path / "csv")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert RARE in page
    assert not re.search(r"<script|<i>|<a [^>]*http|<img[^>]*src=.http|\son\w+=", page)
    assert not re.search(rb"/(URI|JavaScript|Launch)\b", (tmp_path / "r.pdf").read_bytes())
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["behaviours"]
    cells = [cell for path in (tmp_path / "csv").iterdir() for line in lines(path.read_bytes()) for cell in line]
    assert [cell for cell in cells if RARE in cell]
    assert not [cell for cell in cells if formula(cell)]


def lines(data):
    """A CSV as a spreadsheet takes it, every line as long as the first."""
    found = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    assert {len(line) for line in found} == {len(found[0])}
    return found


def test_the_commands_say_them_and_obey_none(run):
    for words in (("show", run, "--all"), ("status", run), ("gate", run), ("diff", run, run)):
        done = said("audit", *words, status=(0, 1, 3))
        assert words[0] != "show" or visible(NAME) in done.out


def test_every_section_draws_them_and_hands_out_no_formula(run, monkeypatch):
    import streamlit as st

    handed, button = [], st.download_button

    def noted(label, data, file_name=None, *args, **kwargs):
        handed.append((file_name, data))
        return button(label, data, file_name, *args, **kwargs)

    monkeypatch.setattr(st, "download_button", noted)
    st.cache_data.clear()
    found = ""
    for section in report._titles(open_store().run(run)):
        test = drawn(run, section)
        check(test)
        literal(test)
        assert headings(test)
        found += seen(test)
    assert RARE in found
    cells = [cell for name, data in handed if name.endswith(".csv") for line in lines(data()) for cell in line]
    assert [cell for cell in cells if RARE in cell]
    assert not [cell for cell in cells if formula(cell)]


def drawn(run, section):
    test = AppTest.from_string("from dashboard.app import main\nmain('report')", default_timeout=300)
    test.query_params["run"], test.query_params["section"] = run, section
    return test.run()


def test_nothing_of_them_is_left_when_the_run_and_its_table_are_deleted(made, tmp_path, monkeypatch):
    shutil.copytree(made[0] / "home", tmp_path / "home")
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    assert holding(tmp_path / "home")
    table = open_store().run(made[1]).upload
    runs.delete(local_user(), made[1])
    tables.delete(local_user(), table)
    close_stores()
    assert holding(tmp_path / "home") == []
