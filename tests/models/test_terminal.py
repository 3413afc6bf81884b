import ast
import io
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.terminal import Terminal, grid, json_text, styled
from models.visible import visible

ROOT = Path(__file__).resolve().parent.parent.parent
PRINTERS = {"print", "echo", "secho", "Console", "rprint"}
COMMANDS = [
    *sorted((ROOT / "audit" / "cli").glob("*.py")), ROOT / "audit" / "__main__.py",
    *sorted((ROOT / "models").glob("*_command.py")), ROOT / "models" / "__main__.py",
]  # fmt: skip


def printed(*parts, width=60):
    out = io.StringIO()
    console = Terminal()
    console.file = out
    console._environ = {"COLUMNS": str(width)}
    console.print(*parts)
    return out.getvalue()


@given(st.text())
def test_nothing_a_terminal_would_obey_is_left(text):
    shown = visible(text)
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in shown)
    assert not any(c in shown for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    assert json.loads(json_text(text)) == text


def test_letters_stay_as_they_are():
    for text in (
        "billing [EU]",
        "账单",
        "é ñ",
        "a\u3000b\u00a0c",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "فارسی\u200cها",
    ):
        assert visible(text) == text
    assert visible("a\x1b[31m\n\x9b\x7f\u202e") == "a‹U+001B›[31m‹U+000A›‹U+009B›‹U+007F›‹U+202E›"


@pytest.mark.parametrize(
    "name", ["[/b]", "[bold]x", ":smile:", "\x1b]52;c;eA==\x1b\\", "a\nb", "long " * 30, "x" * 200]
)
def test_a_table_holds_a_name_whole(name):
    table = grid({"name": "left", "n": "right"}, title="[/x]")
    table.add_row(name, styled(name, "red"))
    flat = "".join(printed(table).split())
    assert "".join(visible(name).split())[:20] in flat
    shown = "".join(visible(name).split())
    assert sum(flat.count(c) for c in set(shown)) >= 2 * len(shown)
    assert "\x1b" not in flat
    assert visible(name) in printed(name, width=9999)


def test_json_is_strict_and_shows_no_escapes():
    text = json_text({"a": float("nan"), "b": [float("inf"), 1.5], "c": "\x9b\u202e\udc80\U000e0041é"})
    assert all(c.isprintable() for c in text)
    assert json.loads(text) == {"a": None, "b": [None, 1.5], "c": "\x9b\u202e\udc80\U000e0041é"}


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_commands_print_through_the_terminal_alone(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            owner = getattr(node.func.value, "id", "") if isinstance(node.func, ast.Attribute) else ""
            assert called not in PRINTERS or owner in ("stdout", "stderr"), f"{path.name}:{node.lineno} calls {called}"
            assert called != "Text", f"{path.name}:{node.lineno} makes a Text; use styled"
            assert not (called == "write" and owner == "sys"), f"{path.name}:{node.lineno}"
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ("stdout", "stderr")
            and getattr(node.value, "id", "") == "sys"
        ):
            assert path.name == "gate.py", f"{path.name}:{node.lineno} speaks to sys.{node.attr}"
