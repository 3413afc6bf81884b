"""How a choice is asked on a page, declared on the field that holds it, as `models.flags.Flag` says how it is typed.

    class Reading(BaseModel):
        quotes: Annotated[bool, Box(tr_later("Quotes are letters"), formats=("csv",))] = True

A form draws what a model declares: a switch for `bool` (a tick is another value than the default), a number for `int`, a
list where there are choices, else a line of text. Left alone or empty, the field is None: nothing was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

Source = Literal["columns", "sheets"]


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a form.

    Attributes:
        title: what stands at it, in English; `tr` says it.
        help: what its question mark says.
        formats: of the files it is asked for; empty for all.
        of: what of the file its choices are; None for those below, or any value of the field's type.
        choices: what may be chosen -> what it is called, itself where that is its name in every language.
        needed: whether there must be one, where its choices are of the file.
    """

    title: str
    help: str = ""
    formats: tuple[str, ...] = ()
    of: Source | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    needed: bool = False


def boxes(group: type[BaseModel], format_: str, of: Source | None = None) -> dict[str, Box]:
    """The fields of a model that are asked of files of a format, in their order; of a field with several boxes the first that fits.

    Args:
        group: the model.
        format_: of the file.
        of: only those whose choices are this of the file; None for those that have none of it.
    """
    fitting = {
        name: next((b for b in about.metadata if isinstance(b, Box) and (not b.formats or format_ in b.formats)), None)
        for name, about in group.model_fields.items()
    }
    return {name: box for name, box in fitting.items() if box is not None and box.of == of}
