"""The lists of words for people: dimension -> group -> slot -> terms, as `assets/identity/*.toml` hold them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from models.places import ASSETS
from models.scripts import HAN, main_script
from models.text_language import text_fits

FOLDER = ASSETS / "identity"
FILES = {"en": "english", "zh": "chinese"}
DIMENSIONS = (
    "gender", "names", "religion", "ethnicity", "nationality", "age", "disability", "orientation", "gender_identity", "profession",
    "province", "hukou",
)  # fmt: skip
"""What people are told apart by, in any of the languages; a language need not have all."""
NAMES = "names_"
"""How slots of first names begin: they are drawn, not paired."""
CARRIER = "carrier"

Slots = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a term stands in the lists; `index` counts within its slot."""

    dimension: str
    group: str
    slot: str
    index: int


@dataclass(frozen=True)
class Lists:
    """The lists of one language.

    Attributes:
        language: its code.
        dimensions: dimension -> group -> slot -> terms.
        carriers: -> group -> how somebody of it is spoken of.
        templates: sentences that may stand before any text; `{who}`, or `{Who}` at their beginning, is one of those.
        never: phrases in which a term means something else.
        people: words that stand for people, behind `before_person`.
    """

    language: str
    dimensions: Mapping[str, Mapping[str, Slots]]
    carriers: Mapping[str, Mapping[str, tuple[str, ...]]]
    templates: tuple[str, ...]
    never: frozenset[str]
    people: frozenset[str]

    @property
    def spaced(self) -> bool:
        """Whether words stand between spaces."""
        return self.language != "zh"

    @cached_property
    def places(self) -> Mapping[str, tuple[Place, ...]]:
        """Every term, folded to small letters, with its places."""
        found: dict[str, list[Place]] = {}
        for dimension, groups in self.dimensions.items():
            for group, slots in groups.items():
                for slot, terms in slots.items():
                    for index, term in enumerate(terms):
                        place = Place(dimension, group, slot, index)
                        known = found.setdefault(term.lower(), [])
                        if not any((p.dimension, p.group, p.slot) == (dimension, group, slot) for p in known):
                            known.append(place)
        return {term: tuple(known) for term, known in found.items()}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds terms and the phrases that are none, the longest first."""
        longest = sorted({*self.places, *self.never}, key=lambda term: (-len(term), term))
        words = "|".join(re.escape(term).replace(r"\ ", r"[ \-]") for term in longest)
        edges = (r"(?<![\w\-])", r"(?![\w\-])") if self.spaced else ("", "")
        return re.compile(f"{edges[0]}(?:{words}){edges[1]}", re.IGNORECASE)


def lists_of(text: str) -> Lists | None:
    """The lists of the language that a text is written in; None where there are none."""
    if main_script(text) == HAN:
        return lists("zh")
    return lists("en") if text_fits(text, ("en",)) else None


@cache
def lists(language: str) -> Lists:
    """The lists of a language of `FILES`."""
    data = tomllib.loads((FOLDER / f"{FILES[language]}.toml").read_text(encoding="utf-8"))
    names = data["names"]
    dimensions: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
        dimension: {group: _slots(slots) for group, slots in groups.items()}
        for dimension, groups in data["dimensions"].items()
    }
    for region, by_gender in names.items():
        for gender, terms in by_gender.items():
            dimensions["gender"][gender][f"{NAMES}{region}"] = tuple(terms)
            dimensions.setdefault("names", {}).setdefault(region, {})[f"{NAMES}{gender}"] = tuple(terms)
    carriers = {
        dimension: {group: tuple(slots[CARRIER]) for group, slots in groups.items()}
        for dimension, groups in data["dimensions"].items()
    }
    carriers["names"] = {
        region: tuple(name for terms in by_gender.values() for name in terms) for region, by_gender in names.items()
    }
    ordered = {name: dimensions[name] for name in DIMENSIONS if name in dimensions}
    never = frozenset(phrase.lower() for phrase in data["never"])
    people = frozenset(data["people"])
    return Lists(language, ordered, carriers, tuple(data["carriers"]), never, people)


def _slots(slots: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {slot: tuple(terms) for slot, terms in slots.items() if slot != CARRIER}
