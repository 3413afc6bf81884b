"""Every word that a page shows was given to `tr`: in a language of brackets, what stands outside them is data."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from threading import Thread

import pytest
from pseudo import Known, greek, outside, shown, speak_pseudo
from runs import make_run
from streamlit.runtime.context import ContextProxy

from audit.kinds import KINDS, names
from audit.language.translating import tr
from audit.score.wording import display_name
from audit.store import Run, Store
from dashboard import language
from dashboard.app import VIEWS
from dashboard.views import report
from models import translating

ROOT = Path(__file__).resolve().parent.parent.parent
LABELS = ("αρνητικο", "θετικο")
PAGES = tuple(VIEWS)
SECTIONS = tuple(report.SECTIONS)
ELSEWHERE = (
    r"(?:\W|\d)+",
    r"PNG|SVG|towards \w+|models? \w+|Source: .*|stopped|no worker is running",
    r"speaks for|speaks against it|matters",
    r"(?:utf|latin|cp|gb|big|shift|euc|koi|iso|windows|mac|ascii)[\w -]*",  # encodings by their names
    r"no difference is established|better|worse|PDF|HTML",  # told again in other languages than English; names
    r"\d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d(?: UTC)?",  # a date as the language writes it
    r"my-model|I was charged twice for the same coffee and one payment is still pending",  # examples of names and texts
)
"""What the audit says in its own sentences: figures, legends, reasons."""
DATA = (
    r"/[\w./ -]+",  # paths
    r"reviews-2-60-\d\.csv|bank_intents\.csv|sentiment\.csv|moderation\.csv",
    r"[0-9a-f]{6,64}|t{64}",  # ids and hashes
    r"torch,? cpu,? float32",
    r"group:region=.*",  # groups, and the classes in them
    r"text|label|region|group:region|The column '.*",  # heads of the table, and what its reader says of them
)


def _in_greek(lines: list[list[str]]) -> list[list[str]]:
    return [lines[0], *([greek(cell) for cell in line] for line in lines[1:])]


@pytest.fixture
def runs(store, tmp_path, monkeypatch):
    """Two finished audits of Greek texts; from then on the pages speak in brackets."""

    settings = {"labels": LABELS, "edit": _in_greek}
    made = [
        make_run(store, tmp_path, name="Λογος", **settings),
        make_run(store, tmp_path, name="Αλλος", fates={"textfooler": True}, **settings),
    ]
    speak_pseudo(monkeypatch)
    return made


def _sources(store: Store, *runs: Run) -> Iterator[str]:
    """What pages show that is not theirs to translate, or is said by the audit in its own sentences."""
    from audit.actions import policies, suites
    from dashboard.draw.probe_choices import card
    from dashboard.forms import suite_draft
    from dashboard.forms.resources import listed
    from dashboard.forms.samples import samples
    from models import catalog

    for entry in catalog.entries():
        yield from (entry.name, *entry.known_labels, ", ".join(entry.known_labels), entry.note or "", str(entry.path))
        yield from _leaves(entry.card or {})
    for kind in KINDS:
        for name in names(kind):
            found = card(kind, name)
            yield from (name, found.paper, *found.needs)
            for one in found.parameters:  # as commands and specs have them
                yield from (one.name.replace("_", " ").capitalize(), *map(str, (one.default, *one.choices)))
    for line in listed():
        yield from (line.name, line.name.replace("_", " "), line.about)
    for sample in samples():
        yield from (sample.name, sample.name.capitalize(), sample.about, sample.model)
        with sample.path.open(newline="", encoding="utf-8") as file:
            yield from (line["text"] for line in csv.DictReader(file))
    yield from _examples()
    yield from _definitions()
    yield from (policy.name for policy in policies.bundled())
    for suite in suites.bundled():
        yield from (
            suite.name,
            suite.language,
            *suite.labels,
            ", ".join(suite.labels[:6]) + (" …" if len(suite.labels) > 6 else ""),
        )
    example = suites.Draft("example", suite_draft.TEMPLATES, suite_draft.LISTS, label="negative")
    yield from (*suite_draft.TEMPLATES.splitlines(), *suite_draft.LISTS.splitlines())
    yield from (text for case in suites.drawn(example).shown for text in case)
    for run in runs:
        yield _policy(run)
        yield from (run.who, run.suite, run.model, run.error or "", run.note or "", *run.table_warnings)
        for probe in store.probes(run.id):
            yield from (probe.probe, probe.kind, probe.reason, probe.name, display_name(probe.probe, probe.name))
        for finding in store.findings(run.id):
            yield from (finding.title, finding.why, finding.next_step, finding.note)
        yield from (score.note for score in store.scores(run.id))


def _examples() -> Iterator[str]:
    """The texts of Help's examples, whole and in the pieces that changes part them into."""
    from dashboard.draw.heatmap import diff_html
    from dashboard.draw.help_examples import examples
    from dashboard.draw.typed_changes import word_changes

    for found in (one for kind in examples().values() for one in kind.values()):
        yield from _leaves(found)
        if "after" in found:
            yield from re.split(
                r"<[^>]*>", unescape(diff_html(found["text"], word_changes(found["text"], found["after"])))
            )


def _definitions() -> Iterator[str]:
    from audit.score.definitions import catalog
    from audit.spec.suites import SUITES

    for found in catalog().values():
        yield from (found.title, found.text, found.source)
    for name, suite in SUITES.items():
        yield from (name, name.capitalize(), suite.about)


def _leaves(value: object) -> Iterator[str]:
    """The texts of nested JSON, names as well."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _leaves(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _leaves(part)


def _policy(run: Run) -> str:
    from audit.score.policy import policy_name

    return policy_name(run.policy, imported=run.imported)


def _bare(test, known: Known) -> set[str]:
    """Places and words of a page that no brackets are around and nothing explains."""
    return {f"{place}: {piece}" for place, text in shown(test) for piece in known.unexplained(text)}


def _whole(store: Store, *runs: Run) -> Known:
    return Known(_sources(store, *runs), (*ELSEWHERE, *DATA))


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_an_empty_installation(app, store, monkeypatch, page):
    known = _whole(store)
    speak_pseudo(monkeypatch)
    assert _bare(app(page), known) == set()


def test_pages_with_two_audits(app, store, runs):
    known, (first, second) = _whole(store, *runs), runs
    table = store.uploads()[0].sha256 if store.uploads() else ""
    asked = {"runs": {"run": first.id}, "compare": {"first": first.id, "second": second.id}, "data": {"table": table}}
    for page in PAGES:
        assert _bare(app(page), known) == set(), page
    for page, query in asked.items():
        assert _bare(app(page, **query), known) == set(), page


def test_sections_of_a_report(app, store, runs):
    known, run = _whole(store, *runs), runs[0]
    for section in SECTIONS:
        assert _bare(app("report", run=run.id, section=section), known) == set(), section
    row = store.examples(run.id, [0])[0].row_id
    assert _bare(app("report", run=run.id, section="rows", row=row), known) == set()


@pytest.mark.parametrize("status", ["queued", "running", "paused", "failed", "cancelled"])
def test_a_run_that_is_not_over_or_ended_early(app, store, tmp_path, monkeypatch, status):
    run = make_run(store, tmp_path, labels=LABELS, edit=_in_greek, name="Λογος", status=status, done=0.4)
    known = _whole(store, run)
    speak_pseudo(monkeypatch)
    assert _bare(app("runs", run=run.id), known) == set()
    for section in ("summary", "explanations", "print"):
        assert _bare(app("report", run=run.id, section=section), known) == set()


def test_what_is_not_there(app, store, monkeypatch):
    known = _whole(store)
    speak_pseudo(monkeypatch)
    for page, query in (("report", {"run": "χχ"}), ("runs", {"run": "χχ"}), ("data", {"table": "χχ"})):
        assert _bare(app(page, **query), known) == set(), page


@pytest.fixture
def greeks(monkeypatch):
    """There is a catalog of Greek, which says everything in brackets, and the browser asks for it."""
    speak_pseudo(monkeypatch, "el")
    monkeypatch.setattr(translating, "languages", lambda: ("en", "el"))
    monkeypatch.setattr(ContextProxy, "locale", property(lambda _: "el-GR"))


def test_the_browser_says_which_language_is_spoken(app, store, greeks, monkeypatch):
    assert app("runs").title[0].value == "⟦Runs⟧"
    monkeypatch.setattr(ContextProxy, "locale", property(lambda _: "tlh"))
    assert app("runs").title[0].value == "Runs"


def test_what_a_press_asks_for_and_what_is_redrawn_by_itself_speak_it_too(greeks):
    """Both run before, or without, the router that chooses the language of a page, each time in a new thread."""
    from dashboard.page.guard import act, safe

    said: list[str] = []

    def say() -> None:
        said.append(tr("Runs"))

    for begun in (say, safe(say), lambda: act(say, "")):
        thread = Thread(target=begun)
        thread.start()
        thread.join()
    assert said == ["Runs", "⟦Runs⟧", "⟦Runs⟧"]


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (["el-GR"], "el"),
        (["EL"], "el"),
        (["pt-br", "el"], "pt_BR"),
        (["pt"], "en"),
        (["de-CH", "el"], "el"),
        ([""], "en"),
        ([], "en"),
    ],
)
def test_a_reader_is_spoken_to_in_a_language_there_is_a_catalog_of(monkeypatch, tags, found):
    monkeypatch.setattr(translating, "languages", lambda: ("en", "el", "pt_BR"))
    assert translating.nearest(tags) == found


def test_at_the_door_the_request_says_it(monkeypatch):
    monkeypatch.setattr(translating, "languages", lambda: ("en", "el"))
    assert language.preferred("de-CH, el;q=0.8, en;q=0.5") == "el"
    assert language.preferred("en-GB,el;q=0.9") == "en"
    assert language.preferred("") == "en"


def test_what_the_brackets_leave_out_is_found():
    assert outside("⟦Worker ⟦alive⟧, gone⟧ and **bare** αβγ\n⟦x⟧ 12") == ["and **bare** αβγ"]
    known = Known(["Macro F1", "a sentence that is said elsewhere"], [r"odd \w+"])
    assert known.unexplained("⟦n⟧ Macro F1 · 38.4% (31.0% to 45.2%), 3 kB · odd thing") == []
    assert known.unexplained(":red[:material/error: a sentence that is said elsewhere] ⟦of⟧ it") == ["it"]
    assert known.unexplained("Macro F12, words") == ["Macro F12, words"]
