"""Words that a source file shows without saying them by `tr`: read from its syntax tree, without running it.

What is shown is found from both ends: every expression that Streamlit or a helper of ours is given as words is followed
back to the literals it is made of (through names, tables, choices and functions of the same file), and so is what a
function returns as text; and whatever reads like a sentence must be said, wherever it stands.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bindings import COMPREHENSIONS, At, Keys, assigned, name_of, of_loop, parameters, returns
from literal_words import filled_in, text_of, words_in

SAID = {"tr": 1, "tr_n": 2, "tr_key": 2}
"""What says a sentence, and how many of the first arguments are that sentence."""
MARKED = "tr_later"
FIRST = {
    "title", "header", "subheader", "markdown", "caption", "text", "info", "warning", "error", "success", "toast", "badge",
    "write", "html", "metric", "button", "download_button", "form_submit_button", "link_button", "checkbox", "toggle", "radio",
    "selectbox", "multiselect", "select_slider", "slider", "number_input", "text_input", "text_area", "date_input",
    "file_uploader", "segmented_control", "pills", "expander", "popover", "spinner", "status", "dialog", "Column", "TextColumn",
    "NumberColumn", "CheckboxColumn", "ProgressColumn", "LinkColumn", "confirm", "heading",
}  # fmt: skip
"""Functions and methods whose first argument is words."""
PLACES = {
    "metric": (0, 1), "heading": (0, 1), "link": (1,), "act": (1,), "bound": (1,), "bound_many": (1,), "bound_text": (1,),
    "bound_number": (1,), "tabs": (0,),
}  # fmt: skip
"""Those with words in other places."""
KEYWORDS = {
    "help", "placeholder", "alt", "label", "title", "question", "yes", "done", "text", "over", "going", "column_config",
}  # fmt: skip
"""Keywords that are given words, whatever is called."""
OPTIONS = {
    "selectbox": 1, "multiselect": 1, "radio": 1, "segmented_control": 1, "pills": 1, "select_slider": 1, "bound": 2,
    "bound_many": 2,
}  # fmt: skip
"""Lists to choose from: each option is words where no `format_func` words it."""
THROUGH = {
    "plain", "one_line", "escaped", "without_flags", "str", "list", "tuple", "sorted", "dict", "join", "replace", "capitalize",
    "lower", "upper", "strip", "format", "get", "items", "values", "append", "setdefault",
}  # fmt: skip
"""Calls that give back what they are given, or what they are called on."""
LOGS = {"debug", "info", "warning", "error", "exception", "log_error"}

_SENTENCE = re.compile(r"[^\W\d_]{2,}[,:;]? [^\W\d_]{2,}")


class Source:
    """One file, and the words that it shows without saying them."""

    def __init__(self, path: Path, *, silent: frozenset[str] = frozenset()) -> None:
        """Read a file; `silent`: its functions whose texts nobody reads."""
        self.silent = silent
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self._parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self._functions = {n.name: n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)}

    def unsaid(self, *, but: frozenset[str] = frozenset()) -> list[str]:
        """`line N: words` for all of them, `but` for some."""
        found: dict[tuple[int, str], None] = {}
        for expression in (*self._shown(), *self._returned()):
            found.update(dict.fromkeys(self._follow(expression, frozenset())))
        found.update(dict.fromkeys(self._sentences()))
        found.update(dict.fromkeys(self._headless()))
        return [f"line {line}: {text[:80]}" for line, text in sorted(found) if text not in but]

    def _shown(self) -> Iterator[ast.expr]:
        """Every expression that is given to something that shows words."""
        for call in self._calls():
            name = name_of(call.func)
            if name in LOGS and _owner(call.func) == "log":
                continue
            places = PLACES.get(name, (0,) if name in FIRST else ())
            yield from (call.args[place] for place in places if place < len(call.args))
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            yield from (value for key, value in given.items() if key in KEYWORDS)
            if "format_func" in given:
                yield from self._formatted(given["format_func"])
            elif name in OPTIONS and len(call.args) > OPTIONS[name]:
                yield call.args[OPTIONS[name]]
            press, arguments = given.get("on_click"), given.get("args")
            if press is not None and name_of(press) == "act" and isinstance(arguments, ast.Tuple):
                yield arguments.elts[1]

    def _formatted(self, function: ast.expr) -> Iterator[ast.expr]:
        if isinstance(function, ast.Lambda):
            yield function.body
        elif isinstance(function, ast.Attribute) and function.attr in {"__getitem__", "get"}:
            yield function.value
        elif isinstance(function, ast.Attribute) and function.attr in {"capitalize", "title"}:
            yield ast.copy_location(ast.Constant("a name made a word"), function)

    def _returned(self) -> Iterator[ast.expr]:
        """What functions return that return texts."""
        for function in self._functions.values():
            told = ast.unparse(function.returns) if function.returns else ""
            if re.search(r"\bstr\b", told) and function.name not in self.silent and "Literal" not in told:
                yield from returns(function)

    def _sentences(self) -> Iterator[tuple[int, str]]:
        """Whatever reads like a sentence and is neither said, nor marked, nor about the code."""
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Constant | ast.JoinedStr) or self._silent(node):
                continue
            told = words_in(text_of(node))
            if _SENTENCE.search(told):
                yield node.lineno, told

    def _silent(self, node: ast.AST) -> bool:
        """Whether a literal is a docstring, a key, part of another, said, marked, or written for a log."""
        parent = self._parents[node]
        if (isinstance(parent, ast.Dict) and node in parent.keys) or (
            isinstance(parent, ast.Subscript) and node is parent.slice
        ):
            return True
        if isinstance(parent, ast.keyword) and parent.arg in {"key", "noun"}:
            return True
        if isinstance(parent, ast.Call) and name_of(parent.func) in {"code", "say_nothing"}:
            return True
        if isinstance(parent, ast.Expr | ast.JoinedStr | ast.FormattedValue):
            return True
        while not isinstance(parent, ast.stmt):
            if isinstance(parent, ast.Call):
                name = name_of(parent.func)
                if name in SAID or name == MARKED or (name in LOGS and _owner(parent.func) == "log"):
                    return True
            parent = self._parents[parent]
        return False

    def _headless(self) -> Iterator[tuple[int, str]]:
        """Tables of which nothing says what their columns are called."""
        for call in self._calls():
            if name_of(call.func) in {"dataframe", "data_editor"}:
                given = {keyword.arg: keyword.value for keyword in call.keywords}
                if "column_config" not in given and not self._has_heads(call.args[0]):
                    called = text_of(given.get("key"))
                    yield call.lineno, f"the table {called!r} shows the names of its columns, not words for them"

    def _has_heads(self, data: ast.expr) -> bool:
        """Whether a table's columns are renamed, or made with names that are said."""
        if any(isinstance(node, ast.Call) and name_of(node.func) == "rename" for node in ast.walk(data)):
            return True
        made = [node for node in ast.walk(data) if isinstance(node, ast.Dict | ast.DictComp)]
        if isinstance(data, ast.Name):
            made += [
                node
                for part in self._bound(data)
                for node in ast.walk(part)
                if isinstance(node, ast.Dict | ast.DictComp)
            ]
        keys = [key for node in made for key in (node.keys if isinstance(node, ast.Dict) else [node.key])]
        return bool(keys) and all(isinstance(key, ast.Call) and name_of(key.func) in SAID for key in keys)

    def _calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def _follow(self, node: ast.AST | None, seen: frozenset[ast.AST]) -> Iterator[tuple[int, str]]:
        """The unsaid literals that an expression is made of."""
        if node is None or node in seen:
            return
        seen |= {node}
        if isinstance(node, ast.Constant | ast.JoinedStr) and (told := words_in(text_of(node))):
            yield node.lineno, told
        for part in self._parts(node):
            yield from self._follow(part, seen)
        if isinstance(node, ast.Call) and name_of(node.func) == MARKED:
            yield node.lineno, f"marked, not said: {words_in(text_of(node.args[0]))}"

    def _parts(self, node: ast.AST) -> list[ast.AST | None]:
        """What the value of an expression is made of, as far as this file tells."""
        match node:
            case ast.JoinedStr(values=values):
                return [*filled_in(values)]
            case ast.IfExp(body=body, orelse=orelse):
                return [body, orelse]
            case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values) | ast.Dict(values=values):
                return [*values]
            case ast.Set(elts=values):
                return [*values]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return [left, right]
            case At():
                return [*self._elements(node.value, node.place, frozenset())]
            case Keys():
                return [*self._keys(node.value, frozenset())]
            case ast.Subscript(value=value, slice=ast.Constant(value=int(place))):
                return [At(value, place)]
            case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value) | ast.DictComp(value=value):
                return [value]
            case ast.Starred(value=value) | ast.Subscript(value=value) | ast.NamedExpr(value=value):
                return [value]
            case ast.Lambda(body=value) | ast.keyword(value=value):
                return [value]
            case ast.Call():
                return self._of_call(node)
            case ast.Name():
                return [*self._bound(node)]
        return []

    def _of_call(self, call: ast.Call) -> list[ast.AST | None]:
        name = name_of(call.func)
        if name in SAID:
            return [keyword.value for keyword in call.keywords]
        if name in self._functions and isinstance(call.func, ast.Name):
            if name in self.silent:
                return []
            return [*returns(self._functions[name])]
        if name in THROUGH:
            on = call.func.value if isinstance(call.func, ast.Attribute) else None
            given = call.args[1:] if name in {"get", "setdefault"} else [] if name == "replace" else call.args
            return [on, *given, *call.keywords]
        return []

    def _bound(self, name: ast.Name) -> Iterator[ast.expr]:
        """Every expression whose value a name may have: assigned, added or looped over, in its function or in the file."""
        place: ast.AST = name
        while place is not self.tree:
            place = self._parents[place]
            found: list[ast.expr] = []
            if isinstance(place, COMPREHENSIONS):
                found = [part for loop in place.generators for part in of_loop(loop.target, loop.iter, name.id)]
            elif isinstance(place, ast.FunctionDef | ast.Module):
                found = [*assigned(place, name.id)]
            yield from found
            if found or (isinstance(place, ast.FunctionDef | ast.Lambda) and name.id in parameters(place)):
                return

    def _elements(self, node: ast.AST | None, place: int, seen: frozenset[ast.AST]) -> Iterator[ast.expr]:
        if node is None or node in seen:
            return
        if isinstance(node, ast.Tuple):
            yield from node.elts[place : place + 1]
            return
        for part in self._parts(node):
            yield from self._elements(part, place, seen | {node})

    def _keys(self, node: ast.AST | None, seen: frozenset[ast.AST]) -> Iterator[ast.expr]:
        if node is None or node in seen:
            return
        if isinstance(node, ast.Dict):
            yield from (key for key in node.keys if key is not None)
        elif isinstance(node, ast.Name | ast.IfExp | ast.BoolOp):
            for part in self._parts(node):
                yield from self._keys(part, seen | {node})


def _owner(function: ast.AST) -> str:
    return getattr(getattr(function, "value", None), "id", "") or ("log" if name_of(function) == "log_error" else "")
