"""Programs that no test runs (benchmarks, what makes the documents) import what there is: a name that has moved is found here."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = ("audit", "models", "dashboard")
PROGRAMS = sorted([*(ROOT / "tests" / "bench").glob("*.py"), *(ROOT / ".ci").glob("*.py")])


def source(module: str) -> Path | None:
    """The file of a module of ours."""
    place = ROOT.joinpath(*module.split("."))
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


@cache
def defined(path: Path) -> frozenset[str]:
    """The names that stand in a module once it is imported."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return frozenset(found)


def missing(program: Path) -> list[str]:
    """What a program imports of ours that is not there."""
    found = []
    for node in ast.walk(ast.parse(program.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.partition(".")[0] in OWN]
            found += [name for name in names if source(name) is None]
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in OWN:
            module = str(node.module)
            path = source(module)
            there = frozenset() if path is None else defined(path)
            found += [
                f"{module}.{alias.name}"
                for alias in node.names
                if alias.name not in there and source(f"{module}.{alias.name}") is None
            ]
    return found


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_what_a_program_imports_is_there(program):
    assert missing(program) == []


def test_a_name_that_has_moved_is_found(tmp_path):
    program = tmp_path / "p.py"
    program.write_text(
        "import audit.nowhere\nfrom audit.live import LiveClient, LiveError\n\n\ndef f():\n    from models import load, lood\n",
        encoding="utf-8",
    )
    assert missing(program) == ["audit.nowhere", "audit.live.LiveError", "models.lood"]
