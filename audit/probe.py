"""The one protocol of everything that touches the model: explainers, attacks, perturbations, predictions.

What people choose a probe by, its class says besides: `paper`, `cost` (what a row takes), `needs` (resources), `reads`
(what of the model), `languages` (what its texts must be written in: codes of languages or scripts, none for any) and, where
its fields are declared by `audit.parameters`, what may be set. What it is called and what
it does stand in `audit/language/probes.toml` under its name; a class of another package says them by `title` and `act`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from audit.errors import SpecError
from audit.kinds import find
from audit.language.translating import tr, tr_later
from audit.parameters import check
from audit.records import Example, Record
from models.language_names import stored_names
from models.text_language import language_of, text_fits

if TYPE_CHECKING:
    from models.classifier import Classifier


@runtime_checkable
class Probe(Protocol):
    """Yields one record per example. Built from keyword parameters; `params` gives them back, JSON-ready.

    `version` is raised whenever the same parameters would give other records: it is part of a shard's id.
    """

    name: str
    version: ClassVar[int]

    @property
    def params(self) -> Mapping[str, Any]:
        """Every parameter with its value, defaults filled in."""
        ...

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why this probe cannot run on this model here, and the command that would help; None when it can."""
        ...

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[Record]:
        """Yield one record per example as it finishes. A row that fails yields a record with `error` set."""
        ...


def make(kind: str, name: str, params: Mapping[str, Any]) -> Probe:
    """A probe with its parameters.

    Raises:
        UnknownName: no such probe.
        SpecError: a parameter it does not have, or a value that it may not have.
    """
    probe = find(kind, name)
    check(probe, params)
    try:
        made: Probe = probe(**params)
    except (TypeError, ValueError) as error:
        shown, why = f"{dict(params)}"[:200], str(error)[:300]
        raise SpecError(
            tr("The probe '{name}' cannot be made with {params}: {why}.", name=name, params=shown, why=why)
        ) from None
    return made


def languages_of(probe: Any) -> tuple[str, ...]:
    """The languages and scripts that a probe, or its class, can work on; none: any."""
    return tuple(getattr(probe, "languages", ()))


def works_on(probe: Any, text: str) -> str | None:
    """Why a probe cannot work on a text for what it is written in; None where it can, or where that cannot be told."""
    known = languages_of(probe)
    if not known or text_fits(text, known):
        return None
    works, written = stored_names(known), stored_names([language_of(text)])
    return tr_later(f"{probe.name} works on texts in {works}, and this one is in {written}")
