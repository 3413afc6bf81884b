"""Stop words that recipes leave alone: NLTK's, or our own copy of the same English words."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from audit.language.translating import tr_later
from audit.resources.base import Found, Progress, install
from audit.resources.nltk_data import NltkResource, Way
from models.places import ASSETS

WORD_LIST = ASSETS / "wordlists" / "stopwords-english.txt"


class Stopwords(NltkResource):
    """English function words: the Snowball list (Porter) with the fragments of contractions, as NLTK has them."""

    name = "stopwords"
    title = "English stop words"
    wanted_by = "every word and character recipe"
    official = "nltk_data corpora/stopwords (21 kB), its English list"
    otherwise = "assets/wordlists/stopwords-english.txt, the same 179 English words"
    standard = True
    parts = ("corpora/stopwords",)
    licence = "BSD-3-Clause (Snowball)"
    variants = ("own-list",)
    files = MappingProxyType(
        {"corpora/stopwords/english": "019f104ba2ed07436d05f9cdd3383034ad66014edc27fc651f837e1a038b6451"}
    )

    def ways(self, standard: bool) -> tuple[Way, ...]:
        """Our own list first for the standard set: it needs no network."""
        ways = (type(self).from_own_list, type(self).from_nltk)
        return ways if standard else ways[::-1]

    def from_own_list(self, scratch: Path, progress: Progress) -> Found:
        """Put our list where NLTK looks for its own."""
        progress(tr_later("copying the stop word list"))
        target = scratch / "corpora" / "stopwords"
        target.mkdir(parents=True)
        words = [line for line in WORD_LIST.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
        (target / "english").write_text("\n".join(words) + "\n", encoding="utf-8")
        found = self.made(
            scratch, "own-list", stand_in=False, version="1", note=tr_later(f"{len(words)} words, English only")
        )
        return install(scratch, found)
