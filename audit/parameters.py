"""What may be set on a probe: declared once, on its fields, and read from there by specs, commands and forms.

    @dataclass(kw_only=True)
    class Case(Declared):
        k: int = parameter(5, tr_later("Variants of each row."), least=1)

`Case.parameters()` is a pydantic model of them (defaults, ranges, choices, help); building `Case(k=0)` and a spec that
says so are refused with one sentence. Loads no engine.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from inspect import get_annotations
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from audit.errors import SpecError
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later

Place = Literal["front", "advanced", "nowhere"]
"""Where a form has a parameter: among the first, folded away, or not at all since something else decides it."""

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, protected_namespaces=())
_TYPES: Mapping[Any, str] = {
    bool: tr_later("true or false"), int: tr_later("a whole number"), float: tr_later("a number"), str: tr_later("a text"),
}  # fmt: skip

_ANYTHING = tr_later("what it takes")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What is known of one parameter.

    Attributes:
        name: as specs have it.
        default: its value where nothing is said.
        types: the Python types it may have, None's left out.
        optional: whether None is a value: the probe's own choice.
        help: what it does, in English; `tr` says it.
        choices: its values, where they are counted; of several at a time, where `types` has Sequence.
        least, above, most: bounds, included but for `above`.
        even: whether only even numbers are right.
        place: where a form has it.
    """

    name: str
    default: Any
    types: tuple[type, ...] = ()
    optional: bool = False
    help: str = ""
    choices: tuple[Any, ...] = ()
    least: float | None = None
    above: float | None = None
    most: float | None = None
    even: bool = False
    place: Place = "front"

    @property
    def many(self) -> bool:
        """Whether several of the choices may be taken together."""
        return bool(self.choices) and Sequence in self.types

    @property
    def allowed(self) -> str:
        """The values it may have, in the language spoken: what stands after "it must be"."""
        if self.many:
            return tr("true, false or a list of some of {choices}", choices=", ".join(map(str, self.choices)))
        if self.choices:
            return tr("one of {choices}", choices=", ".join(map(str, self.choices)))
        kind = next((said for type_, said in _TYPES.items() if type_ in self.types), _ANYTHING)
        return _bounded(tr("an even number") if self.even else tr(kind), self.least, self.above, self.most)


def parameter(
    default: Any,
    help: str,  # noqa: A002 - what it is called wherever a form or command shows it
    *,
    choices: Sequence[Any] = (),
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
    even: bool = False,
    place: Place = "front",
) -> Any:
    """A dataclass field that is a parameter; arguments as of `Parameter`. `help` is marked by `tr_later`."""
    about = {
        "help": help, "choices": tuple(choices), "least": least, "above": above, "most": most, "even": even, "place": place,
    }  # fmt: skip
    return field(default=default, metadata={"parameter": about})


class Declared:
    """A probe that is a dataclass of its parameters: they are checked when it is made, and given back by `params`."""

    name: ClassVar[str]

    @classmethod
    def parameters(cls) -> type[BaseModel]:
        """The parameters as a pydantic model."""
        return model_of(cls)

    @property
    def params(self) -> Mapping[str, Any]:
        """Every parameter with its value, JSON-ready."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}  # type: ignore[arg-type]
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def check(self) -> None:
        """Raise SpecError unless every parameter has a value that it may have."""
        check(type(self), self.params)


def declared(probe: Any) -> tuple[Parameter, ...]:
    """The parameters of a probe's class in their order; none where it declares none."""
    return _declared(probe) if isinstance(probe, type) and is_dataclass(probe) else ()


def model_of(probe: Any) -> type[BaseModel]:
    """The parameters of a probe's class as a pydantic model, strict: nothing is taken for what it is not."""
    return _model(probe)


def check(probe: Any, params: Mapping[str, Any]) -> None:
    """Hold values against what a probe's class declares.

    A class that declares nothing, by `parameters()`, is not checked: it may still refuse what it is built with.

    Raises:
        SpecError: a parameter it does not have, or a value that it may not have; one sentence each.
    """
    made = getattr(probe, "parameters", None)
    if made is None:
        return
    try:
        made().model_validate(dict(params))
    except ValidationError as error:
        named = {one.name: one for one in declared(probe)}
        faults = dict.fromkeys(_sentence(probe, named, fault) for fault in error.errors())
        raise SpecError(" ".join(faults)) from None


def _sentence(probe: Any, named: Mapping[str, Parameter], fault: Any) -> str:
    name = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        offered = tr("it has: {names}", names=", ".join(named)) if named else tr("it has none")
        return tr(
            "{probe} has no parameter '{name}'; {offered}.", probe=str(probe.name), name=name[:60], offered=offered
        )
    allowed = named[name].allowed if name in named and not isinstance(fault["input"], dict) else fault["msg"]
    return tr(
        "Parameter '{parameter}' of {probe} is {value}; it must be {allowed}.",
        parameter=name, probe=str(probe.name), value=f"{fault['input']!r:.60}", allowed=allowed,
    )  # fmt: skip


def _bounded(said: str, least: float | None, above: float | None, most: float | None) -> str:
    found = {
        name: numbers().setting(value, "plain")
        for name, value in (("least", least), ("above", above), ("most", most))
        if value is not None
    }
    if found.keys() == {"least", "most"}:
        return tr("{said} from {least} to {most}", said=said, **found)
    if found.keys() == {"above", "most"}:
        return tr("{said} above {above} and at most {most}", said=said, **found)
    if found.keys() == {"least"}:
        return tr("{said}, {least} or more", said=said, **found)
    if found.keys() == {"above"}:
        return tr("{said} above {above}", said=said, **found)
    return said


@cache
def _declared(probe: type) -> tuple[Parameter, ...]:
    found = []
    for item in fields(probe):  # type: ignore[arg-type]
        if not item.init:
            continue
        hint = _hint(probe, item.name)
        about = _about(probe, item.name)
        options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        literal = next((get_args(option) for option in options if get_origin(option) is Literal), ())
        plain = tuple(get_origin(option) or option for option in options if option is not NoneType)
        types = tuple(kind for kind in plain if isinstance(kind, type))
        made = None if item.default_factory is MISSING else item.default_factory()
        default = made if item.default is MISSING else item.default
        found.append(
            Parameter(
                item.name, default, types, NoneType in options, **{**about, "choices": about.get("choices") or literal}
            )
        )
    return tuple(found)


def _about(probe: type, name: str) -> Mapping[str, Any]:
    """What was declared of a field; a class that only gives it another default keeps what its base said."""
    owners = (getattr(cls, "__dataclass_fields__", {}) for cls in probe.__mro__)
    told = (owner[name].metadata.get("parameter") for owner in owners if name in owner)
    return next((about for about in told if about is not None), {})


@cache
def _model(probe: type) -> type[BaseModel]:
    made: dict[str, Any] = {}
    for one in declared(probe):
        bounds = {"ge": one.least, "gt": one.above, "le": one.most, "multiple_of": 2 if one.even else None}
        given: dict[str, Any] = {name: value for name, value in bounds.items() if value is not None}
        hint = _hint(probe, one.name)
        made[one.name] = (hint, Field(one.default, description=one.help, **given))
    model: type[BaseModel] = create_model(f"{probe.__name__}Parameters", __config__=_STRICT, **made)
    return model


def _hint(probe: type, name: str) -> Any:
    """The type of a field, read where the class that has it was written."""
    owner = next(cls for cls in probe.__mro__ if name in get_annotations(cls))
    alone = SimpleNamespace(__annotations__={name: get_annotations(owner)[name]})
    return get_type_hints(alone, globalns=vars(sys.modules[owner.__module__]))[name]
