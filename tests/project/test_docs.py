"""Pages of docs/ list what there is: every probe, command, setting and score, as the code has it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from runpy import run_path

import pytest

from audit.kinds import KINDS
from audit.parameters import declared
from audit.probe import find
from audit.score.definitions import catalog
from models.settings import BETWEEN_PROCESSES, CONFIG, FOR_DEVELOPMENT, SETTINGS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GENERATOR = run_path(str(ROOT / ".ci" / "docs.py"))
SOURCES = [path for folder in ("audit", "dashboard", "models") for path in sorted((ROOT / folder).rglob("*.py"))]
TABLE = ROOT / "models" / "settings.py"
VARIABLE = re.compile(r"\bASSAY_[A-Z_]+")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "text"),
    [pytest.param(made.relative_to(ROOT), text, id=made.name) for made, text in GENERATOR["pages"]().items()],
)
def test_pages_are_as_they_would_be_made(path, text):
    assert (ROOT / path).read_text(encoding="utf-8") == text, "run: make docs"


def test_every_list_that_is_made_stands_on_a_page():
    text = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *DOCS.glob("*.md")])
    assert [name for name in GENERATOR["MADE"] if text.count(f"<!-- made: {name} -->") != 1] == []
    assert text.count("<!-- made: ") == text.count("<!-- end -->")


def test_a_page_that_wants_an_unknown_list_is_refused():
    with pytest.raises(KeyError, match="nothing"):
        GENERATOR["made"]("<!-- made: nothing -->\n<!-- end -->\n")


def test_what_people_wrote_stays():
    text = "# A page\n\nBefore.\n\n<!-- made: links -->\nold\n<!-- end -->\n\nAfter.\n"
    made = GENERATOR["made"](text)
    assert made.startswith("# A page\n\nBefore.\n\n<!-- made: links -->\n\n- [")
    assert made.endswith("\n\n<!-- end -->\n\nAfter.\n")
    assert "old" not in made
    assert GENERATOR["made"](made) == made


@pytest.mark.parametrize("kind", KINDS)
def test_every_probe_and_all_that_may_be_set_on_it_is_told(kind):
    text = page("probes.md")
    for name in (name for name, path in KINDS[kind].probes.items() if path.startswith("audit.")):
        assert f"\n| `{name}` | " in text
        assert {f"`{one.name}`" for one in declared(find(kind, name)) if one.place != "nowhere"} <= set(
            re.findall(r"`\w+`", text)
        )


def test_every_command_is_told():
    from audit.__main__ import COMMANDS
    from models.__main__ import app

    text = page("commands.md")
    called = [f"audit {name}" for name in COMMANDS] + [f"models {one.name}" for one in app.registered_commands]
    assert [
        name for name in [*called, "audit resources get", "dashboard"] if f"| `python -m {name}` | " not in text
    ] == []


def test_every_command_says_what_for():
    assert "| - |" not in page("commands.md")


def test_every_score_is_told():
    text = page("scores.md")
    assert [key for key in catalog() if f"`{key}`" not in text] == []


def test_every_setting_is_told():
    text = page("settings.md")
    assert [
        one.name for one in (CONFIG, *SETTINGS.values(), *FOR_DEVELOPMENT.values()) if f"`{one.variable}`" not in text
    ] == []
    assert [name for name in BETWEEN_PROCESSES if f"`{name}`" in text] == []


def asked_for() -> dict[str, str]:
    """Names that the sources give to `setting`, each with a place where."""
    found = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setting":
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}: name the setting"
                found[str(node.args[0].value)] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def test_every_setting_that_is_asked_for_is_declared_and_none_besides():
    assert {name: place for name, place in asked_for().items() if name not in SETTINGS} == {}
    assert set(SETTINGS) - set(asked_for()) == set()


def test_every_variable_that_anything_names_is_declared():
    known = {one.variable for one in (CONFIG, *SETTINGS.values(), *FOR_DEVELOPMENT.values())} | BETWEEN_PROCESSES
    pages = [ROOT / "README.md", ROOT / "Makefile", *DOCS.glob("*.md")]
    named = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in [*(path for path in SOURCES if path != TABLE), *pages]
        for name in VARIABLE.findall(path.read_text(encoding="utf-8"))
        if name not in known
    }
    assert {one for one in named if not one.endswith(": ASSAY_")} == set()


def test_an_unknown_setting_cannot_be_asked_for():
    from models.places import setting

    with pytest.raises(KeyError):
        setting("no_such_setting")


LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)?(?:#([^)\s]+))?\)")


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))], ids=lambda path: path.name
)
def test_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for target, anchor in LINK.findall(text):
        there = (path.parent / target).resolve() if target else path
        assert there.exists(), f"{path.name}: {target}"
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there.read_text(encoding="utf-8")), f"{path.name}: {target}#{anchor}"
