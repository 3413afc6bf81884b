"""Words that speak for or against something: our own list, spread from seeds along WordNet's relations."""

from __future__ import annotations

from functools import cache

from audit.errors import ResourceError
from audit.language.translating import tr_later
from audit.resources.base import Found, Progress, Resource, file_hash
from models.places import ASSETS

OWN = ASSETS / "wordlists" / "polarity-english.txt"


class Polarity(Resource):
    """Part of speech, word and a value from -1 (against) to +1 (for)."""

    name = "polarity"
    title = "English words that speak for or against"
    wanted_by = "validity of every word recipe"
    official = "-"
    otherwise = "assets/wordlists/polarity-english.txt, made from own seeds and WordNet 3.0 by make_polarity.py"
    standard = True

    def locate(self) -> Found | None:
        """The list in the repository."""
        if not OWN.is_file():
            return None
        note = tr_later(f"{sum(map(len, _read().values())):,} words")
        return Found(self.name, "own-list", OWN, False, "1", "WordNet 3.0 License", _hash(), note)

    def provide(self, progress: Progress, *, standard: bool) -> Found:
        """It is part of the repository."""
        del progress, standard
        raise ResourceError(f"The list of words that speak for or against is missing from the installation: {OWN}.")


def polarity(word: str, pos: str) -> float:
    """Value of a base form as noun, verb, adjective or adverb (n, v, a, r): -1 against, +1 for, 0 neither or unknown."""
    return _read().get(pos, {}).get(word.lower(), 0.0)


@cache
def _hash() -> str:
    return file_hash(OWN)


@cache
def _read() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}
    for line in OWN.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            pos, word, value = line.split()
            table.setdefault(pos, {})[word] = float(value)
    return table
