"""Heads of tables, on pages and in reports, begin with a capital letter: one sees at once that they are of one kind."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from audit.language.translating import ENGLISH
from audit.report.strings import strings
from models.places import REPOSITORY

SIGNS = {"n", "p", "p (Holm)"}
"""What is written small everywhere: signs of mathematics."""
HEADS = ("heads", "columns")


def called(node: ast.AST) -> str:
    """The last name of what is called."""
    return getattr(node.func, "attr", "") or getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""


def heads_of(tree: ast.AST) -> Iterator[str]:
    """What stands above the columns of the tables that a page draws."""
    for node in ast.walk(tree):
        tables = []
        if (isinstance(node, ast.Assign) and any(getattr(name, "id", "") in HEADS for name in node.targets)) or (
            isinstance(node, ast.keyword) and node.arg == "column_config"
        ):
            tables = [node.value]
        elif called(node).endswith("Column"):
            tables = node.args[:1]
        for said in (one for table in tables for one in ast.walk(table)):
            if called(said) == "tr" and isinstance(said.args[0], ast.Constant):
                yield said.args[0].value


def test_heads_on_pages_begin_with_a_capital():
    found = [
        (path.name, head)
        for path in sorted((REPOSITORY / "dashboard").rglob("*.py"))
        for head in heads_of(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert len(found) > 40
    assert [one for one in found if not one[1][:1].isupper() and one[1] not in SIGNS] == []


def test_heads_in_reports_begin_with_a_capital():
    say = strings(ENGLISH)
    sources = [path.read_text(encoding="utf-8") for path in Path(REPOSITORY / "audit" / "report").rglob("*.py")]
    keys = {key for source in sources for key in re.findall(r'Column\(say\("([a-z0-9_.]+)"\)', source)}
    keys |= {
        f"robustness.{name}"
        for name in ("success", "failed", "out_of_budget", "skipped", "skipped_unlabelled", "error")
    }
    assert len(keys) > 30
    assert [key for key in sorted(keys) if not say(key)[:1].isupper() and say(key) not in SIGNS] == []
