"""The audit of text classifiers, from Python: `audit.load`, `audit.explain`, `audit.attack` and `audit.run`.

They stand in `audit.front`, which is imported when one of them is called: `import audit` loads no engine. Three are named
as packages of this one, `audit.explain` the methods, `audit.attack` the recipes, `audit.run` what carries runs out; those
can be called as well as imported from.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.front import attack, explain, load, run

__all__ = ["attack", "explain", "load", "run"]


class _Called(ModuleType):
    """A package that is called as the function of its name in `audit.front`."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return getattr(import_module("audit.front"), self.__name__.rpartition(".")[2])(*args, **options)


class _Front(ModuleType):
    """This package: what is named in `__all__` can be called, whichever of it is imported and when."""

    def __getattr__(self, name: str) -> Any:
        if name == "load":
            return import_module("audit.front").load
        if name in __all__:
            return import_module(f"{__name__}.{name}")  # the import sets it here
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in __all__ and type(value) is ModuleType:
            value.__class__ = _Called
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Front
