"""One table says what kinds there are: the rest of the code asks it, and other packages' probes join it."""

import ast
import logging
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import pytest

from audit import brought, kinds
from audit.errors import UnknownName
from audit.kinds import KINDS, STORED, all_of, as_a, find, known, names, of_record
from audit.language.probes import kind_title
from audit.language.sentences import sentences
from audit.report.model import Report
from audit.report.naming import kind_name
from audit.report.strings import strings
from audit.score.frames import FrameBuilder

ROOT = Path(__file__).resolve().parents[2]
RECORDS = {kind.record.__name__ for kind in KINDS.values()}
CALLED = {name for kind in KINDS.values() for name in (kind.name, kind.stored, kind.frame)}
KEYED = ("row_id", "name", "probe", "error", "state", "original_probs")
EXEMPT = {
    "audit/kinds/__init__.py", "audit/old_forms.py",  # the table, and what was written before there was one
    "dashboard/draw/chapters.py",  # sections of a report, of which some are called as frames are
}  # fmt: skip


def modules():
    for folder in ("audit", "models", "dashboard"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in EXEMPT:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def names_in(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def listed(node):
    if isinstance(node, ast.Dict):
        return [key for key in node.keys if key is not None]
    return node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else []


def test_nobody_else_asks_what_class_a_record_is_of():
    asked = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"isinstance", "issubclass"}
        if names_in(node.args[1]) & RECORDS
    ]  # fmt: skip
    assert asked == []


def test_nobody_else_lists_the_kinds():
    lists = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if len({part.value for part in listed(node) if isinstance(part, ast.Constant)} & CALLED) >= 3
    ]
    assert lists == []


def test_what_a_report_holds_of_a_kind_says_what_is_left_without_texts():
    told = {name: get_args(hint) for name, hint in get_type_hints(Report).items() if get_origin(hint) is tuple}
    of_the_run = {"findings", "scores", "definitions", "probes", "limits", "notes", "reproduce"}
    assert kinds.report_facts().keys() == told.keys() - of_the_run
    for name in kinds.report_facts():
        assert callable(told[name][0].without_texts), name


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_a_kind_names_is_there(kind):
    for path in (
        *filter(None, [kind.index, kind.shows, kind.rows]),
        *(part.path for parts in (kind.families, kind.tables, kind.chapters, kind.csv) for part in parts),
        *kind.facts.values(),
    ):
        assert kinds.load(path) is not None
    fields = {*KEYED, *kind.record.__dataclass_fields__, *vars(kind.record)}
    assert kind.rows or hasattr(FrameBuilder, f"add_{kind.frame}") or kind.columns.keys() <= fields
    assert set(KEYED) <= fields
    assert STORED[kind.stored] is kind
    say = strings("en")
    assert kind_title(kind.name)
    assert {f"kind.{kind.name}", kind.missing} <= sentences().keys()
    assert kind_name(kind.name, say)
    assert kind.always or not kind.probes or say(f"limits.no_{kind.name}")
    for name in kind.probes:
        probe = find(kind.name, name)
        assert probe.name == name
        assert isinstance(probe.version, int)


def test_a_record_is_of_the_kind_of_its_class():
    from audit.records import Prediction

    record = Prediction("r", "a", (1.0,), 1, 1)
    assert of_record(record) is KINDS["prediction"]
    assert as_a(record, Prediction) is record
    assert all_of([record], KINDS["attack"].record) == []
    assert as_a(record, KINDS["attack"].record) is None


def test_a_name_that_is_not_there_lists_the_choices():
    with pytest.raises(UnknownName, match=r"no perturbation named 'upside_down'.*addresses, case, chinese_homophones"):
        find("perturbation", "upside_down")


def test_importing_the_table_and_reading_every_probe_loads_no_engine():
    said = (
        "import sys, audit.kinds as k; [k.find(kind, name) for kind in k.KINDS for name in k.names(kind)]; "
        "print([m for m in ('torch', 'captum', 'textattack', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def installed(monkeypatch):
    """Entry points as they would be with a package installed."""

    def install(*entries):
        found = [EntryPoint(name, value, kinds.GROUP) for name, value in entries]
        monkeypatch.setattr(brought, "entry_points", lambda group: found if group == kinds.GROUP else [])
        kinds.forget()

    yield install
    kinds.forget()


def test_a_probe_of_another_package_is_on_offer_after_our_own(installed):
    installed(("perturbation.theirs", "audit.behave.surface:Case"))
    assert names("perturbation")[-1] == "theirs"
    assert find("perturbation", "theirs").__name__ == "Case"
    assert "theirs" in known([])


@pytest.mark.parametrize("name", ["theirs", "astrology.theirs", "perturbation.", "perturbation.case"])
def test_an_entry_point_that_cannot_be_one_is_left_out_with_a_word(installed, caplog, name):
    installed((name, "nowhere:Nothing"))
    with caplog.at_level(logging.WARNING, "assay.kinds"):
        assert names("perturbation") == tuple(KINDS["perturbation"].probes)
    assert name in caplog.text
    assert find("perturbation", "case").name == "case"


def test_a_name_without_end_is_told_by_its_two_ends():
    with pytest.raises(UnknownName) as told:
        find("perturbation", "<" + "x" * 5_000_000 + ">")
    assert "named '<xxx" in str(told.value)
    assert "xxx>'" in str(told.value)
    assert len(str(told.value)) < 2_000
