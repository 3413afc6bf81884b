"""Suites as others write them, in tables: CheckList's export, HateCheck, pairs, templates with terms, and plain ones.

Every table is read by `audit.table`, so that encodings, broken quotes, Excel and JSONL are as everywhere, and each case
knows its line. Which layout a table has follows from the names of its columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.behave.suites.checklist import About, expectations
from audit.behave.suites.model import MOST_CHARACTERS, MOST_TESTS, MOST_TEXTS, Case, Expectation, Suite, SuiteTest
from audit.errors import InputError
from audit.table import TableOptions, open_table, preview

LABEL = Expectation("label")
DIGITS = 9


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a suite's table: its text, its label, its other cells by column, and its line."""

    text: str
    label: str | None
    cells: Mapping[str, str]
    line: int | None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table holds a suite.

    Attributes:
        name: what it is called.
        columns: that it is known by.
        text, label: which of them hold text and label; "-": none.
        build: from rows to tests.
    """

    name: str
    columns: tuple[str, ...]
    text: str
    label: str
    build: Callable[[Sequence[Row], Path], list[SuiteTest]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a plain table, as the user names them. Without `test` all cases are one test."""

    text: str
    label: str
    test: str | None = None
    capability: str | None = None


def read_table(path: Path, name: str | None = None, columns: Columns | None = None) -> Suite:
    """The suite that a table holds.

    Args:
        path: CSV, Excel, Parquet or JSONL.
        name: of the suite; None: the file's.
        columns: which columns a plain table has; None: the layout is known by the names of the columns.

    Raises:
        InputError: no layout has such columns, or the rows do not make tests.
        TableError: the file cannot be read as a table, or has faults.
    """
    if columns is not None:
        rows = _rows(path, columns.text, columns.label, [c for c in (columns.test, columns.capability) if c])
        return _suite(path, name, _plain(rows, columns, path))
    header = [cell.strip() for cell in preview(path, rows=1).header]
    if not any(header):
        raise InputError(f"{path.name} has no columns that can be read; give a table of cases, or a suite as TOML.")
    layout = layout_of(header)
    if layout is None:
        known = "; ".join(f"{one.name} ({', '.join(one.columns)})" for one in LAYOUTS)
        raise InputError(
            f"{path.name} has the columns {', '.join(header)[:200]}, which no known layout of a suite has: {known}. "
            "Say which columns hold what: --text, --label and --test."
        )
    others = [cell for cell in header if cell.casefold() not in {layout.text.casefold(), layout.label.casefold()}]
    return _suite(path, name, layout.build(_rows(path, layout.text, layout.label, others), path))


def layout_of(header: Sequence[str]) -> Layout | None:
    """The layout of a table with these columns; None where no one is known."""
    folded = {cell.casefold() for cell in header}
    return next((one for one in LAYOUTS if {c.casefold() for c in one.columns} <= folded), None)


def _rows(path: Path, text: str, label: str, others: Sequence[str]) -> list[Row]:
    table = open_table(path, TableOptions(text=text, label=label, groups=tuple(others), pair="-"))
    table.require()
    found, characters = [], 0
    for chunk in table.chunks(512):
        for one in chunk:
            cells = {name.casefold(): cell for name, cell in one.groups.items()}
            characters += len(one.text) + sum(map(len, cells.values()))
            found.append(Row(one.text, one.label, cells, one.line))
        if len(found) > 2 * MOST_TEXTS or characters > 2 * MOST_CHARACTERS:
            raise InputError(
                f"{path.name} has more than {2 * MOST_TEXTS:,} rows or {2 * MOST_CHARACTERS:,} characters, which no suite has: part "
                "the table."
            )
    return found


def _suite(path: Path, name: str | None, tests: Iterable[SuiteTest]) -> Suite:
    suite = Suite(name or path.stem, tuple(tests))
    if len(suite.tests) > MOST_TESTS:
        raise InputError(
            f"{path.name} has {len(suite.tests):,} tests; a suite has at most {MOST_TESTS:,}: part the table, or name another column."
        )
    if (texts := sum(len(case.texts) for test in suite.tests for case in test.cases)) > MOST_TEXTS:
        raise InputError(f"{path.name} has {texts:,} texts; a suite has at most {MOST_TEXTS:,}: part the table.")
    return suite


def _grouped(rows: Iterable[Row], *columns: str) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row.cells.get(column, "") for column in columns), []).append(row)
    return found


def _labelled(rows: Sequence[Row], path: Path) -> list[Case]:
    """One case a row, each with its label."""
    for row in rows:
        if row.label is None:
            raise InputError(
                f"{path.name}, line {row.line}: the case has no label, and its test is of what the label is."
            )
    return [Case((row.text,), (row.label,), row.line) for row in rows]


def _checklist(rows: Sequence[Row], path: Path) -> list[SuiteTest]:
    """CheckList's export: cases.csv, and beside it tests.csv with what is expected of each test."""
    wanted = expectations(path.with_name("tests.csv"), path)
    tests = []
    for (name, capability, type_), members in _grouped(rows, "test", "capability", "type").items():
        if name not in wanted:
            raise InputError(f"{path.name}, line {members[0].line}: tests.csv says nothing of the test '{name}'.")
        about = wanted[name]
        if about.type != type_:
            raise InputError(
                f"{path.name}, line {members[0].line}: '{name}' is {type_} here and {about.type} in tests.csv."
            )
        cases = []
        for group in _grouped(members, "case_id").values():
            ordered = sorted(group, key=lambda row: _number(row, "example_idx", path))
            cases.append(
                _whole(
                    Case(tuple(r.text for r in ordered), tuple(r.label for r in ordered), ordered[0].line), about, path
                )
            )
        tests.append(SuiteTest(name, about.type, about.expectation, tuple(cases), capability, about.description))
    return tests


def _whole(case: Case, about: About, path: Path) -> Case:
    """A case, if it has what its test compares."""
    if about.expectation.wanted == "label" and not all(case.labels):
        raise InputError(f"{path.name}, line {case.line}: the case has no label, and its test is of what the label is.")
    if about.expectation.wanted != "label" and len(case.texts) < 2:
        raise InputError(
            f"{path.name}, line {case.line}: the case has one text, and its test compares the original with variants."
        )
    return case


def _number(row: Row, column: str, path: Path) -> int:
    said = row.cells.get(column, "")
    if not said.isdecimal() or len(said) > DIGITS:
        raise InputError(f"{path.name}, line {row.line}: {column} must be a whole number, not '{said[:40]}'.")
    return int(said)


def _hatecheck(rows: Sequence[Row], path: Path) -> list[SuiteTest]:
    """HateCheck (Roettger et al. 2021): one test for each functionality."""
    return [
        SuiteTest(name, "MFT", LABEL, tuple(_labelled(members, path)), "Hate speech")
        for (name,), members in _grouped(rows, "functionality").items()
    ]


def _pairs(rows: Sequence[Row], path: Path) -> list[SuiteTest]:
    """An original and a changed text, each with its label."""
    cases = []
    for row in rows:
        changed, label = row.cells.get("changed", ""), row.cells.get("changed_label", "")
        if not changed.strip() or not label.strip() or row.label is None:
            raise InputError(f"{path.name}, line {row.line}: a pair needs original, changed, label and changed_label.")
        cases.append(Case((row.text, changed), (row.label, label.strip()), row.line))
    return [SuiteTest("changed texts", "MFT", LABEL, tuple(cases), "Counterfactuals")]


def _terms(rows: Sequence[Row], path: Path) -> list[SuiteTest]:
    """Templates filled with terms (Dixon et al. 2018): each term is a test, and texts that differ in the term alone are one."""
    tests = [
        SuiteTest(f"term: {term}", "MFT", LABEL, tuple(_labelled(members, path)), "Fairness")
        for (term,), members in _grouped(rows, "identity_terms").items()
    ]
    same: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        term = row.cells.get("identity_terms", "")
        rest = re.sub(rf"\b{re.escape(term)}\b", "\0", row.text) if term else row.text
        if rest != row.text:
            same.setdefault((row.cells.get("template", ""), rest), []).append(row)
    cases = [
        Case(tuple(row.text for row in group), (None,) * len(group), group[0].line)
        for group in same.values()
        if len(group) > 1
    ]
    if cases:
        tests.append(SuiteTest("terms make no difference", "INV", Expectation("same"), tuple(cases), "Fairness"))
    return tests


def _plain(rows: Sequence[Row], columns: Columns, path: Path) -> list[SuiteTest]:
    """A case a row; what people name is the column of the test."""
    test, capability = (columns.test or "").casefold(), (columns.capability or "").casefold()
    tests: dict[str, list[Row]] = {}
    for row in rows:
        tests.setdefault(row.cells.get(test, "") or "all cases", []).append(row)
    return [
        SuiteTest(name, "MFT", LABEL, tuple(_labelled(members, path)), members[0].cells.get(capability, ""))
        for name, members in tests.items()
    ]


LAYOUTS = (
    Layout("CheckList", ("text", "test", "capability", "type", "case_id", "example_idx"), "text", "label", _checklist),
    Layout("HateCheck", ("functionality", "test_case", "label_gold"), "test_case", "label_gold", _hatecheck),
    Layout("pairs", ("original", "changed", "label", "changed_label"), "original", "label", _pairs),
    Layout("terms in templates", ("text", "label", "template", "identity_terms"), "text", "label", _terms),
)
