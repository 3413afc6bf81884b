"""Texts of a source file that read like words for people and that no catalog can have: a search of its syntax tree.

The other end of `shown_words`: that follows what pages show, this takes every literal of two words or more, wherever it stands,
that is not said, marked, an error's message, what a command says of itself, a docstring, a key, or written for a log.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bindings import name_of
from literal_words import text_of

from audit.language.gathering import DECLARED, DESCRIBED, SAID

WORDS = re.compile(r"[^\W\d_]{2,}[,:;]?[ \x00]+[^\W\d_]{2,}")
SILENT = frozenset({"Said", "getLogger", "compile", "fullmatch", "match", "search", "sub", "startswith", "endswith", "split",
    "code", "execute", "text", "literal", "overload", "cast", "TypeVar", "getattr", "namedtuple"})  # fmt: skip
"""Calls whose literals are keys, patterns, statements or data."""
LOGS = frozenset({"debug", "info", "warning", "error", "exception", "log_error"})
INNER = frozenset({"RuntimeError", "TypeError", "NotImplementedError", "KeyError", "AttributeError", "AssertionError",
    "LookupError", "ImportError", "OSError", "StopIteration"})  # fmt: skip
"""Errors of the program itself, which end in a log."""


def unreached(path: Path, errors: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """Line and text of every such literal of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant | ast.JoinedStr) or not WORDS.search(text_of(node)):
            continue
        if not _accounted(node, parents, errors):
            yield node.lineno, " ".join(text_of(node).replace("\x00", "…").split())


def _accounted(node: ast.AST, parents: Mapping[ast.AST, ast.AST], errors: Mapping[str, int]) -> bool:
    parent = parents[node]
    if isinstance(
        parent, ast.Expr | ast.JoinedStr | ast.FormattedValue | ast.Compare
    ):  # a docstring, or part of another
        return True
    child = node
    while not isinstance(parent, ast.stmt):
        if isinstance(parent, ast.Dict) and child in parent.keys:
            return True
        if isinstance(parent, ast.Subscript) and child is parent.slice:
            return True
        if isinstance(parent, ast.Call):
            name = name_of(parent.func)
            if (
                name in SAID
                or name in errors
                or name in DESCRIBED
                or name in SILENT
                or name in INNER
                or name == "tr_key"
            ):
                return True
            if name == "figure" and child in parent.args[:2]:  # its kind and the columns of its table
                return True
            if name in LOGS and isinstance(parent.func, ast.Attribute):
                return True
        child, parent = parent, parents[parent]
    if isinstance(parent, ast.Assign | ast.AnnAssign) and isinstance(parents[parent], ast.ClassDef):
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        return any(isinstance(target, ast.Name) and target.id in DECLARED | {"paper"} for target in targets)
    return isinstance(parent, ast.FunctionDef | ast.AnnAssign) and child is getattr(parent, "annotation", None)
