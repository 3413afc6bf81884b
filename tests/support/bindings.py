"""What a name of a source file may be: assigned, unpacked, added to, looped over."""

from __future__ import annotations

import ast
from collections.abc import Iterator

COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class At(ast.expr):
    """One place of the tuples that an expression may be."""

    _fields = ("value",)

    def __init__(self, value: ast.expr, place: int) -> None:
        self.value, self.place = value, place


class Keys(ast.expr):
    """The keys of the tables that an expression may be."""

    _fields = ("value",)

    def __init__(self, value: ast.expr) -> None:
        self.value = value


def assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    """Everything that a name may be or hold in a function or file, functions within it left out."""
    for node in _own(scope):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _of_target(target, value, name)
            case ast.AnnAssign(target=target, value=value) | ast.AugAssign(target=target, value=value) if value:
                yield from _of_target(target, value, name)
            case ast.For(target=target, iter=value):
                yield from of_loop(target, value, name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=found), attr="append" | "extend")) if found == name:
                yield from node.args


def of_loop(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    """What a name may be in a loop: over the pairs of a table its keys and values, over a table its keys."""
    pairs = isinstance(value, ast.Call) and name_of(value.func) == "items" and isinstance(value.func, ast.Attribute)
    if pairs and isinstance(target, ast.Tuple) and len(target.elts) == 2:
        yield from _of_target(target.elts[0], Keys(value.func.value), name)
        yield from _of_target(target.elts[1], value.func.value, name)
        return
    if isinstance(target, ast.Name) and target.id == name:
        yield Keys(value)
    yield from _of_target(target, value, name)


def parameters(function: ast.FunctionDef | ast.Lambda) -> set[str]:
    """The names of what a function is given."""
    given = function.args
    return {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}


def returns(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Everything that a function may give back."""
    for node in _own(function):
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            yield node.value


def name_of(function: ast.AST) -> str:
    """What a called function is called, without what it belongs to."""
    return getattr(function, "attr", None) or getattr(function, "id", "")


def _of_target(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _of_target(one, its, name)
    elif isinstance(target, ast.Tuple):
        for place, part in enumerate(target.elts):
            yield from _of_target(part, At(value, place), name)
    elif isinstance(target, ast.Name) and target.id == name:
        yield value


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of functions within it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda | COMPREHENSIONS):
            yield child
            yield from _own(child)
