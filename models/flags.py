"""Options of commands declared once, on the fields of a model: a command takes all of them by one parameter.

```
class Reading(BaseModel):
    encoding: Annotated[str | None, Flag("--encoding", help="Encoding of the CSV, if not UTF-8.")] = None

def train(csv: ..., reading: Reading) -> None: ...

app.command("train")(spread(train))   # has --encoding, and whatever else Reading has
```
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Flag:
    """How a field is said in the terminal.

    Attributes:
        name: of the option, with its dashes.
        help: what the terminal says of it.
        metavar: what stands for its value there.
        denies: whether giving it makes the field, which is true without, false.
        many: whether it may be given again; the field holds all, in order.
        read: makes the field's value of what was given, where the option may be given again.
        write: what would have to be given for a value, where the option may be given again.
    """

    name: str
    help: str
    metavar: str | None = None
    denies: bool = False
    many: bool = False
    read: Callable[[list[str]], Any] = tuple
    write: Callable[[Any], list[str]] = list

    def value(self, given: Any) -> Any:
        """The field's value, of what Typer hands over."""
        if self.many:
            return self.read(given or [])
        return not given if self.denies else given

    def words(self, value: Any) -> list[str]:
        """What is typed for a value that is not the field's default."""
        if isinstance(value, bool):
            return [self.name]
        return [word for one in (self.write(value) if self.many else [str(value)]) for word in (self.name, one)]

    def annotated(self, kind: Any) -> Any:
        """The type and the option, as Typer wants them."""
        import typer

        option = typer.Option(self.name, help=self.help, metavar=self.metavar)
        return Annotated[list[str] | None if self.many else kind, option]


@dataclass(frozen=True, slots=True)
class Without:
    """Beside the type of a command's parameter: fields that the command does not ask for."""

    fields: tuple[str, ...]


def flags(group: type[BaseModel]) -> dict[str, Flag]:
    """The fields of a model that have an option, in their order."""
    found = {
        name: next((one for one in field.metadata if isinstance(one, Flag)), None)
        for name, field in group.model_fields.items()
    }
    return {name: flag for name, flag in found.items() if flag is not None}


def typed(choices: BaseModel) -> list[str]:
    """The options that would have to be typed for what a model holds."""
    held = ((name, flag, getattr(choices, name)) for name, flag in flags(type(choices)).items())
    return [
        word
        for name, flag, value in held
        if value != _default(type(choices), name)
        for word in flag.words(value)
    ]  # fmt: skip


def spread(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command as Typer takes it: an option for each field of every parameter that is a model with flags.

    They stand where the parameter stands. What is wrong with their values is raised when the command is called.
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: _Group(*found) for name, hint in hints.items() if (found := _group(hint)) is not None}
    if not groups:
        return command
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        if name in groups:
            parameters += groups[name].parameters()
        else:
            parameters.append(parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY))

    def called(**given: Any) -> Any:
        return command(**{name: group.taken(given) for name, group in groups.items()}, **given)

    called.__name__, called.__doc__, called.__module__ = command.__name__, command.__doc__, command.__module__
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {}
    return called


@dataclass(frozen=True, slots=True)
class _Group:
    """A parameter of a command that is a model, and the fields that the command asks for."""

    kind: type[BaseModel]
    asked: Mapping[str, Flag]

    def parameters(self) -> Iterator[inspect.Parameter]:
        for name, flag in self.asked.items():
            default = _default(self.kind, name)
            yield inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=None if flag.many else not default if flag.denies else default,
                annotation=flag.annotated(self.kind.model_fields[name].annotation),
            )

    def taken(self, given: dict[str, Any]) -> BaseModel:
        """The model; what it is made of is taken out of what was given."""
        return self.kind(**{name: flag.value(given.pop(name)) for name, flag in self.asked.items()})


def _group(hint: Any) -> tuple[type[BaseModel], Mapping[str, Flag]] | None:
    kind, *more = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if not (inspect.isclass(kind) and issubclass(kind, BaseModel)):
        return None
    left_out = {name for one in more if isinstance(one, Without) for name in one.fields}
    return kind, {name: flag for name, flag in flags(kind).items() if name not in left_out}


def _default(group: type[BaseModel], name: str) -> Any:
    return group.model_fields[name].get_default(call_default_factory=True)
