"""Numbers for people are written by `audit.language` and by nothing else: a scan of the source, with what may stay and why."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = re.compile(r"^[^{}]*(\.[0-9]*[eEfFgG%]|[0-9]*[fFgG%])$")
"""A format specification that rounds a number: `.1f`, `+.3f`, `,.0f`, `.1%`, `g`."""
IN_TEXT = re.compile(r"\{\w*:[-+, ]*(\.[0-9]*[eEfFgG%]|[0-9]*[fFgG%])\}|%[-+ 0]*[0-9]*\.[0-9]+[eEfFgG]")
"""The same in a template for `str.format`, and in printf's language."""

TYPED = "the number that was typed or is allowed, as it is typed"
MAY_STAY = {
    "audit/attack/outcomes.py": (1, "a record's error: part of what is stored"),
    "audit/cli/common.py": (1, TYPED),
    "audit/score/policy_faults.py": (2, TYPED),
    "audit/score/robustness.py": (1, "the name of a score, `queries_p90`"),
    "audit/table/excel/formats.py": (4, "digits of a cell as the spreadsheet shows them, which are then read"),
    "audit/table/cells.py": (1, "a decimal of a Parquet file as the text that is then read"),
    "dashboard/forms/parameter_form.py": (1, "digits of a field that a number is typed into"),
}
"""File -> how many formats of its own it may have at most, and why."""


def formats(path: Path) -> list[str]:
    """Every place of a source file where a number is rounded to text."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            spec = "".join(str(p.value) if isinstance(p, ast.Constant) else "0" for p in node.format_spec.values)
            if ROUNDS.match(spec):
                found.append(f"line {node.lineno}: :{spec}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and IN_TEXT.search(node.value):
            found.append(f"line {node.lineno}: {node.value[:60]!r}")
        elif isinstance(node, ast.keyword) and node.arg == "format" and getattr(node.value, "value", "") == "percent":
            found.append(f"line {node.value.lineno}: Streamlit's per cent")
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "format" and len(node.args) == 2:
            spec = node.args[1]
            if isinstance(spec, ast.Constant) and ROUNDS.match(str(spec.value)):
                found.append(f"line {node.lineno}: format(..., {spec.value!r})")
    return found


WRITES = """
a = f"{x:.1f}"
b = f"{x:+.3f} {y:.0%}"
c = "{:,.0f}"
d = "%.2f" % x
e = format(x, ".3g")
f = f"{x:.{n}f}"
g = column(format="percent")
"""
WRITES_NONE = """
a = f"{n:,} {n:02d} {text:<8} {text!s:.80}"
b = "{name}: {value}"
c = "100% of it"
"""


def test_the_scan_sees_every_way_to_write_a_number(tmp_path):
    source = tmp_path / "source.py"
    source.write_text(WRITES)
    assert len(formats(source)) == 8
    source.write_text(WRITES_NONE)
    assert formats(source) == []


def sources() -> list[str]:
    paths = (path for folder in ("audit", "dashboard") for path in sorted((ROOT / folder).rglob("*.py")))
    return [name for path in paths if not (name := str(path.relative_to(ROOT))).startswith("audit/language/")]


@pytest.mark.parametrize("name", sources())
def test_no_file_has_formats_of_its_own(name):
    found = formats(ROOT / name)
    most, why = MAY_STAY.get(name, (0, ""))
    assert len(found) <= most, f"{name} writes numbers itself ({'; '.join(found)}); use audit.language.numbers. {why}"


def test_what_may_stay_is_still_there():
    gone = Counter({name: most for name, (most, _) in MAY_STAY.items() if len(formats(ROOT / name)) < most})
    assert not gone, f"these files have fewer formats of their own than they may: lower MAY_STAY: {dict(gone)}"
