"""What recipes want besides the model: word lists, WordNet, vectors, taggers. Nothing here downloads on import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.errors import ResourceError, UnknownName
from audit.resources.base import Found, Progress, Resource
from audit.resources.chinese import ChineseCharacters
from audit.resources.encoder import Encoder
from audit.resources.gazetteer import Gazetteer
from audit.resources.homoglyphs import Homoglyphs
from audit.resources.language_model import LanguageModel
from audit.resources.masked_lm import MaskedLanguageModel
from audit.resources.polarity import Polarity
from audit.resources.stopwords import Stopwords
from audit.resources.tagger import Tagger
from audit.resources.vectors import Vectors
from audit.resources.wordnet import WordNet

__all__ = [
    "RESOURCES",
    "Found",
    "Listed",
    "Progress",
    "Resource",
    "get",
    "listing",
    "locate",
    "missing",
    "provision_standard",
    "resource",
]

RESOURCES: dict[str, type[Resource]] = {
    cls.name: cls
    for cls in (
        Stopwords,
        WordNet,
        Tagger,
        Vectors,
        Encoder,
        Polarity,
        LanguageModel,
        Homoglyphs,
        Gazetteer,
        ChineseCharacters,
        MaskedLanguageModel,
    )
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list: the resource's class and what is here of it."""

    kind: type[Resource]
    found: Found | None


def resource(name: str) -> Resource:
    """The resource of that name.

    Raises:
        UnknownName: there is none; lists the choices.
    """
    if name not in RESOURCES:
        raise UnknownName("resource", name, tuple(RESOURCES))
    return RESOURCES[name]()


def locate(name: str) -> Found | None:
    """What is here of a resource, without network or writing."""
    return resource(name).locate()


def missing(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that are not here."""
    return tuple(name for name in names if locate(name) is None)


def listing() -> list[Listed]:
    """Every resource and what is here of it."""
    return [Listed(kind, kind().locate()) for kind in RESOURCES.values()]


def get(names: Sequence[str], progress: Progress = print, *, standard: bool = False) -> list[Found]:
    """Provide resources that are missing; those that are here are left alone.

    Raises:
        UnknownName: no resource has that name.
        ResourceError: one cannot be had here.
    """
    return [wanted.get(progress, standard=standard) for wanted in [resource(name) for name in names]]


def provision_standard(progress: Progress = print) -> list[Found]:
    """Provide what the standard audit needs. Quick when done, safe when two run at once, no model server asked.

    Raises:
        ResourceError: something cannot be had here; the rest was provided first.
    """
    found, faults = [], []
    for kind in RESOURCES.values():
        if not kind.standard:
            continue
        try:
            found.append(kind().get(progress, standard=True))
        except ResourceError as error:
            faults.append(str(error))
    if faults:
        raise ResourceError(" ".join(faults))
    return found
