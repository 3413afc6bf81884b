"""Every sentence of the sources that a catalog can reach.

They are what is said by `tr` and `tr_n` and marked by `tr_later`, what errors say, what commands and their options say of
themselves, and what stands in files. Errors and what `tr_later` marks may be f-strings: they are kept in English with their
values filled in, and told again when they are shown (`models.telling`).
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from audit.language.sentences import DEFINITIONS, FILES, NUMBERS, REPORT, counts, flat, plurals

SAID = {"tr": 1, "tr_later": 1, "tr_n": 2}
"""Functions of `audit.language.translating` and how many sentences, in the first places, each takes."""
FILLED = "tr_later"
"""The one of them that may be given a text with its values already in it."""
ERRORS = ("audit/errors.py", "models/errors.py")
"""Modules with the errors whose message is meant for the user."""
OTHER_ERRORS = {
    "Fault": 1,
    "StopReading": 0,
    "LiveError": 0,
    "DiskRefused": 0,
    "ModelChanged": 0,
    "ValueError": 0,
}
"""Others, and the place of their message."""
DESCRIBED = {
    "Option": {"help"}, "Flag": {"help"}, "Argument": {"help"}, "Typer": {"help"},
    "MethodCard": {"title", "needs", "cost"}, "made": {"note"},
}  # fmt: skip
"""What is made with words that are shown, and their keywords."""
DECLARING = ("audit/attack/", "audit/behave/", "audit/explain/", "audit/resources/")
"""Folders with classes that declare what people read of them."""
DECLARED = frozenset({"title", "cost", "needs", "about", "act", "official", "otherwise", "wanted_by"})
"""How what they declare is named."""
PROGRAMS = ("audit/__main__.py", "models/__main__.py")
"""Modules that name the commands whose docstrings the terminal shows."""

FOLDERS = ("audit", "dashboard", "models")
_TARGET = re.compile(r"(?:audit|models)(?:\.\w+)+:\w+")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the sources.

    Attributes:
        one: in English; many: the form for several, or empty.
        key: the key it is kept under in a file of sentences, or empty.
        place: `path:line` in the repository.
        count: the name of the value that chooses the form, where the sentence has several and names it.
    """

    one: str
    many: str
    key: str
    place: str
    count: str = ""


def everything(root: Path) -> list[Sentence]:
    """Every sentence of a repository: of its modules, then of its files, each once."""
    found: dict[tuple[str, str, str], Sentence] = {}
    errors = errors_of(root)
    modules = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    in_modules = (sentence for path in modules for sentence in in_code(path, root, errors))
    for sentence in (*in_modules, *in_docstrings(root), *keyed_files(root)):
        found.setdefault((sentence.key, sentence.one, sentence.many), sentence)
    return list(found.values())


@cache
def errors_of(root: Path) -> Mapping[str, int]:
    """The errors whose message is meant for the user, and the place of the message among their arguments."""
    trees = (ast.parse((root / path).read_text(encoding="utf-8")) for path in ERRORS)
    return {node.name: 0 for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)} | OTHER_ERRORS


def in_code(path: Path, root: Path, errors: Mapping[str, int] | None = None) -> Iterator[Sentence]:
    """The sentences of a module in their order.

    Raises:
        ValueError: one of them is no literal, so that no catalog could ever have it.
    """
    shown = path.relative_to(root).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and shown.startswith(DECLARING):
            yield from _declared(node, shown)
        if not isinstance(node, ast.Call):
            continue
        place = f"{shown}:{node.lineno}"
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if isinstance(node.func, ast.Name) and name in SAID:
            yield from _said(node, name, place)
        elif errors and name in errors:
            yield from _kept(node.args[errors[name] : errors[name] + 1], place)
        elif name in DESCRIBED:
            yield from _kept([keyword.value for keyword in node.keywords if keyword.arg in DESCRIBED[name]], place)


def _declared(kind: ast.ClassDef, shown: str) -> Iterator[Sentence]:
    """What a class says of itself to people, the first paragraph of its docstring among it where it can be chosen by name."""
    named = False
    for node in kind.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            named |= isinstance(target, ast.Name) and target.id == "name"
            if isinstance(target, ast.Name) and target.id in DECLARED and node.value is not None:
                yield from _kept([node.value], f"{shown}:{node.lineno}")
    if named:
        yield from (
            Sentence(text, "", "", f"{shown}:{kind.lineno}") for text in paragraphs(ast.get_docstring(kind) or "")[:1]
        )


def in_docstrings(root: Path) -> Iterator[Sentence]:
    """What commands say of themselves, by paragraphs: the docstrings of the functions that programs name."""
    for program in PROGRAMS:
        path = root / program
        if not path.exists():
            continue
        for pattern, name in _commands(path):
            for source in sorted(root.glob(pattern)):
                yield from _docstring(source, name, root)


def _docstring(source: Path, name: str, root: Path) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and (node.name == name or (name == "app" and node.decorator_list)):
            for part in paragraphs(ast.get_docstring(node) or ""):
                yield Sentence(part, "", "", f"{source.relative_to(root).as_posix()}:{node.lineno}")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring, each on one line."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _commands(program: Path) -> Iterator[tuple[str, str]]:
    """Where every command of a program may be, as a pattern of paths, and its function: of a table, or `command("list")(it)`."""
    for node in ast.walk(ast.parse(program.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _TARGET.fullmatch(node.value):
            module, _, name = node.value.partition(":")
            yield f"{module.replace('.', '/')}.py", name
        elif isinstance(node, ast.Call) and getattr(getattr(node.func, "func", None), "attr", "") == "command":
            yield f"{program.parent.name}/*command*.py", _called(node.args[0])


def _said(node: ast.Call, name: str, place: str) -> Iterator[Sentence]:
    given = node.args[: SAID[name]]
    if name == FILLED and given and isinstance(given[0], ast.JoinedStr):
        yield from _kept(given, place)
        return
    texts = [part.value for part in given if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if name == "tr" and len(given) == 1 and isinstance(given[0], ast.Name | ast.Subscript | ast.Attribute):
        return  # a sentence that is marked elsewhere
    if len(texts) != SAID[name]:
        raise ValueError(f"{place}: what {name}() says is not written out")
    yield Sentence(texts[0], texts[1] if len(texts) > 1 else "", "", place)


def _kept(given: Iterable[ast.expr], place: str) -> Iterator[Sentence]:
    """What stands in a text that is kept in English: the literals it may be, a name in braces for every value."""
    for part in given:
        if isinstance(part, ast.IfExp):
            yield from _kept((part.body, part.orelse), place)
        elif isinstance(part, ast.BoolOp):
            yield from _kept(part.values, place)
        elif isinstance(part, ast.JoinedStr):
            yield Sentence(template(part), "", "", place)
            yield from _kept((one.value for one in part.values if isinstance(one, ast.FormattedValue)), place)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and _WORD.search(part.value):
            yield Sentence(part.value, "", "", place)


def template(text: ast.JoinedStr) -> str:
    """An f-string as a sentence: each value a name in braces, for translators to know it by."""
    made, names = "", dict[str, str]()
    for part in text.values:
        if isinstance(part, ast.Constant):
            made += str(part.value).replace("{", "{{").replace("}", "}}")
        elif isinstance(part, ast.FormattedValue):
            made += "{" + _name(ast.unparse(part), _called(part.value), names) + "}"
    return made


def _name(code: str, called: str, names: dict[str, str]) -> str:
    """The name of a value: the same for the same code, another for another's."""
    name, number = called, 2
    while names.setdefault(name, code) != code:
        name, number = f"{called}{number}", number + 1
    return name


def _called(value: ast.expr) -> str:
    """What an expression is about, as one word."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.strip("_").lower() or "value"
        case ast.Subscript(slice=ast.Constant(value=str(name))) if name.isidentifier():
            return name.lower()
        case ast.Call(args=[first, *_]):
            return _called(first)
        case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.BinOp(left=inner) | ast.IfExp(body=inner):
            return _called(inner)
        case ast.BoolOp(values=[first, *_]):
            return _called(first)
    return "value"


def keyed_files(root: Path) -> Iterator[Sentence]:
    """Every sentence kept under a key, with the key as catalogs have it."""
    for path in FILES:
        yield from in_file(path, root)
    for prefix, path in (("report.", REPORT), ("numbers.", NUMBERS)):
        for sentence in in_file(path, root):
            yield replace(sentence, key=f"{prefix}{sentence.key}")
    for sentence in in_file(DEFINITIONS, root):
        if sentence.key.endswith((".title", ".text")):
            yield replace(sentence, key=f"definition.{sentence.key}")


def in_file(path: Path, root: Path) -> Iterator[Sentence]:
    """The sentences of a TOML file by their keys, those named `text` and the like as well as the others."""
    shown = path.relative_to(root).as_posix()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    counted, named = plurals(data), counts(data)
    for key, text in flat(data).items():
        if text and key.rpartition(".")[0] not in counted:  # an empty one says nothing in any language
            yield Sentence(text, "", key, shown)
    for key, (one, many) in counted.items():
        yield Sentence(one, many, key, shown, named[key])
