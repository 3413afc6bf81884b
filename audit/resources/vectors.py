"""Word vectors whose neighbours are swaps: the published counter-fitted ones, or ours from the bundled encoder."""

from __future__ import annotations

import json
import os
import pickle
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audit.errors import ResourceError
from audit.language.numbers import numbers
from audit.language.translating import ENGLISH, tr_later
from audit.resources.base import (
    Found,
    Progress,
    Resource,
    file_hash,
    folder,
    fresh_folder,
    install,
    installed,
    tree_hash,
)
from models.typed_paths import typed_path

NEIGHBOURS = 51
"""Columns of the neighbour table: a word itself, then its 50 nearest."""

_DIMENSIONS = 192
_VERSION = "2"


@dataclass(frozen=True)
class WordVectors:
    """Vectors (n, h), their words, and the nearest rows of each row (n, k), itself first."""

    vectors: NDArray[np.float32]
    words: list[str]
    neighbours: NDArray[np.int32]
    place: dict[str, int] = field(repr=False)


class Vectors(Resource):
    """Counter-fitted word vectors (Mrksic et al. 2016), as TextFooler and the genetic attacks use them."""

    name = "vectors"
    title = "counter-fitted word vectors"
    wanted_by = "textfooler, textbugger, a2t, genetic, faster_genetic, iga, kuleshov, hotflip"
    official = "TextAttack's paragramcf (about 480 MB), where TextAttack put it"
    otherwise = "built from the bundled encoder over WordNet's words and counter-fitted (about 2 minutes, 60 MB)"
    standard = True

    def locate(self) -> Found | None:
        """The published ones in TextAttack's cache or ours, then the built ones."""
        for place in (textattack_cache() / "word_embeddings" / "paragramcf", folder() / "vectors-paragramcf"):
            if all((place / name).is_file() for name in ("paragram.npy", "wordlist.pickle", "nn.npy")):
                return _published(place)
        found = installed(self.name, "minilm-counter-fitted")
        return found if found is not None and found.version == _VERSION else None

    def provide(self, progress: Progress, *, standard: bool) -> Found:
        """Build them. The published ones are used where TextAttack put them; there is no hash to fetch them by."""
        del standard
        return self._build(progress)

    def _build(self, progress: Progress) -> Found:
        from audit.resources.counterfit import counter_fit, nearest
        from audit.resources.encoder import Encoder, load_encoder
        from audit.resources.vector_quality import quality
        from audit.resources.vocabulary import relations, vocabulary
        from audit.resources.wordnet import WordNet, reader

        wordnet_found, encoder_found = WordNet().get(progress, standard=True), Encoder().need()
        wordnet = reader()
        progress(tr_later("collecting WordNet's words, synonyms and antonyms"))
        words = vocabulary(wordnet)
        synonyms, antonyms = relations(wordnet, words)
        progress(tr_later(f"encoding {len(words):,} words"))
        raw = _reduced(load_encoder(exported=False).encode(words))
        progress("counter-fitting")
        fitted = counter_fit(raw, synonyms, antonyms, nearest(raw, 11))
        neighbours = nearest(fitted, NEIGHBOURS)
        progress(tr_later("measuring their quality"))
        stated = quality(wordnet, words, raw, fitted, antonyms, neighbours)
        stated |= {"made_from": {"wordnet": wordnet_found.stamp, "encoder": encoder_found.stamp}}
        with fresh_folder(self.name) as scratch:
            np.save(scratch / "vectors.npy", fitted.astype(np.float16))
            np.save(scratch / "neighbours.npy", neighbours)
            (scratch / "words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
            (scratch / "quality.json").write_text(json.dumps(stated, indent=1), encoding="utf-8")
            spearman, antonyms_near = stated["spearman_wordnet"], stated["antonyms_in_10"]
            note = tr_later(
                f"{len(words):,} words; Spearman with WordNet similarity {numbers(ENGLISH).number(spearman, 'correlation')}; "
                f"antonyms among the 10 nearest {numbers(ENGLISH).share(antonyms_near)}"
            )
            variant = "minilm-counter-fitted"
            place = folder() / f"{self.name}-{variant}"
            licence = "Apache-2.0 and WordNet 3.0 License"
            return install(scratch, Found(self.name, variant, place, True, _VERSION, licence, tree_hash(scratch), note))


@cache
def load_vectors() -> WordVectors:
    """The vectors that are here, loaded once per process.

    Raises:
        ResourceError: there are none.
    """
    found = Vectors().need()
    if not found.stand_in:
        vectors = np.load(found.path / "paragram.npy").astype(np.float32)
        with (found.path / "wordlist.pickle").open("rb") as file:
            index: dict[str, int] = _WordIndex(file).load()
        words = [""] * len(vectors)
        for word, i in index.items():
            words[i] = word
        return WordVectors(vectors, words, np.load(found.path / "nn.npy").astype(np.int32), dict(index))
    vectors = np.load(found.path / "vectors.npy").astype(np.float32)
    words = (found.path / "words.txt").read_text(encoding="utf-8").split()
    return WordVectors(
        vectors, words, np.load(found.path / "neighbours.npy"), {word: i for i, word in enumerate(words)}
    )


def textattack_cache() -> Path:
    """Where the user's own TextAttack keeps its downloads."""
    return typed_path(os.environ.get("TA_CACHE_DIR", "~/.cache/textattack"))


def _reduced(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Centre, keep the leading principal axes and normalise: unrelated words then have cosine 0, not 0.25."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)  # ascending
    axes = axes[:, ::-1][:, :_DIMENSIONS]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(_DIMENSIONS)])
    reduced = centred @ axes
    unit: NDArray[np.float32] = (reduced / np.linalg.norm(reduced, axis=1, keepdims=True)).astype(np.float32)
    return unit


@cache
def _published(place: Path) -> Found:
    sha256 = file_hash(place / "paragram.npy")
    return Found(
        "vectors", "paragramcf", place, False, "2016", "MIT", sha256, tr_later("counter-fitted PARAGRAM-SL999")
    )


class _WordIndex(pickle.Unpickler):
    """Reads the published word list, a plain dict, without letting a pickle call anything."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        raise ResourceError(f"The word list holds an unexpected object ({module_name}.{global_name}).")
