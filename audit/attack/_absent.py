"""What TextAttack is given, while it is imported, in place of packages that it imports whole and nothing here calls.

TextAttack 0.3.11 imports the packages of all its parts at once: flair, for taggers that are downloads of 400 MB, brings
boto3, gdown, lxml and 25 more; `datasets` brings a web client. Tags and names come from local taggers here
(audit/attack/tagging.py, entities.py), so these packages are neither installed nor loaded. Whatever asks one of them for
more than a name is told so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

from rapidfuzz.distance import Levenshtein

from audit.errors import ResourceError

ABSENT = ("OpenHowNet", "bert_score", "datasets", "flair", "langdetect", "language_tool_python", "terminaltables")
"""Packages whose modules are empty: every name in them can be named and subclassed, but not called."""

SERVED = {"editdistance": {"eval": Levenshtein.distance}, "Levenshtein": {"distance": Levenshtein.distance}}
"""Packages of which TextAttack uses one function that rapidfuzz has as well: module -> name -> function."""


@contextmanager
def standing_in() -> Iterator[None]:
    """Let imports of these packages find the stand-ins; afterwards they are as absent, or as present, as before.

    A package that the process has loaded already stays what it is.
    """
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in finder.made:
            sys.modules.pop(name, None)


def refuse(package: str, name: str) -> NoReturn:
    """Say that a package is not there.

    Raises:
        ResourceError: always.
    """
    raise ResourceError(
        f"This part of TextAttack needs {package} ({name}), which Assay does without; "
        "choose one of the recipes that `python -m audit attack --list` shows."
    )


class _Name(type):
    """The class of the classes that stand for the names of absent packages: to be named and subclassed, not called."""

    path: Any  # a text; a class that stands for a name may hold anything of that name

    def __getattr__(cls, name: str) -> Any:
        return _named(f"{cls.path}.{name}", name)

    def __call__(cls, *_: Any, **__: Any) -> Any:
        package, name = cls.path.split(".", 1)
        refuse(package, name)


class _AbsentModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        return _named(f"{self.__name__}.{name}", name)


def _named(path: str, name: str) -> _Name:
    if name.startswith("__"):  # Python's own questions have answers of their own
        raise AttributeError(name)
    return _Name(name, (), {"path": path})


class _Finder(MetaPathFinder, Loader):
    def __init__(self) -> None:
        self.made: list[str] = []

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        """A spec for what is stood in for; None lets the import go its usual way."""
        del path, target
        if fullname in SERVED:
            return ModuleSpec(fullname, self)
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in ABSENT else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module, or one with the functions served."""
        self.made.append(spec.name)
        if spec.name not in SERVED:
            return _AbsentModule(spec.name)
        module = ModuleType(spec.name)
        vars(module).update(SERVED[spec.name])
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to be run."""
