"""The only importer of TextAttack, and the place where the defects of 0.3.11 are worked around.

Every workaround has a test in tests/audit/attack/test_upstream.py that fails once upstream has mended the defect.
"""

from __future__ import annotations

import logging
import logging.config
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from unittest import mock

from audit.attack._absent import refuse, standing_in
from audit.attack.randomness import give_own
from audit.resources import locate, resource
from audit.resources.base import folder
from audit.resources.nltk_data import use

_REDIRECTED = ("TA_CACHE_DIR", "TFHUB_CACHE_DIR", "PYTORCH_TRANSFORMERS_CACHE", "HF_HOME", "XDG_CACHE_HOME")
_SHORT = 32  # characters: single words, which come again and again
_NLTK = ("stopwords", "wordnet", "tagger")


def refresh() -> None:
    """Let NLTK read what has been provided since the import as well."""
    for name in _NLTK:
        found = locate(name)
        if found is not None:
            use(found)


@contextmanager
def _loggers_kept() -> Iterator[None]:
    """Defect: importing sets logging up anew, which silences every logger there was; a worker's log would end there."""
    configure = logging.config.dictConfig
    with mock.patch.object(logging.config, "dictConfig", lambda config: configure({**config, "incremental": True})):
        yield


def _import_textattack() -> None:
    """Import TextAttack as if its own set-up had run.

    Defect: importing downloads NLTK data, and marks it as done even when that failed. So the resources are given to
    NLTK first and the marker lies in a cache folder of ours. Defect: TA_CACHE_DIR also moves HF_HOME and
    XDG_CACHE_HOME of the whole process. So the Hugging Face libraries are imported before, and the variables are
    put back after. TOKENIZERS_PARALLELISM, which it switches on, is put back too. Defect: it imports what its optional
    parts need, flair among it, whether they are used or not. So stand-ins are there meanwhile.
    """
    use(resource("stopwords").need())
    refresh()
    place = folder() / "textattack"
    place.mkdir(exist_ok=True)
    (place / "post_install_check_3").touch()
    kept = {name: os.environ.get(name) for name in (*_REDIRECTED, "TOKENIZERS_PARALLELISM")}
    import huggingface_hub  # noqa: F401 - reads HF_HOME once, on import
    import transformers  # noqa: F401

    os.environ["TA_CACHE_DIR"] = str(place)
    try:
        with warnings.catch_warnings(), standing_in(), _loggers_kept():
            warnings.simplefilter("ignore")
            import textattack  # noqa: F401
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    import jieba

    jieba.dt.tmp_dir = str(place)  # its default is a predictable file in /tmp that it unmarshals
    jieba.setLogLevel(logging.WARNING)
    logging.getLogger("textattack").setLevel(logging.ERROR)
    logging.getLogger("textattack.shared.utils.install").setLevel(logging.ERROR)


if "textattack" not in sys.modules:
    _import_textattack()
refresh()

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from textattack import Attack
    from textattack.attack_results import (
        FailedAttackResult,
        MaximizedAttackResult,
        SkippedAttackResult,
        SuccessfulAttackResult,
    )
    from textattack.constraints import Constraint
    from textattack.constraints.grammaticality import PartOfSpeech
    from textattack.constraints.grammaticality.language_models import LanguageModelConstraint
    from textattack.constraints.overlap import LevenshteinEditDistance, MaxWordsPerturbed
    from textattack.constraints.pre_transformation import (
        MaxModificationRate,
        MinWordLength,
        RepeatModification,
        StopwordModification,
    )
    from textattack.constraints.semantics import WordEmbeddingDistance
    from textattack.constraints.semantics.sentence_encoders import ThoughtVector
    from textattack.constraints.semantics.sentence_encoders.sentence_encoder import SentenceEncoder
    from textattack.goal_function_results import GoalFunctionResultStatus
    from textattack.goal_functions import InputReduction, UntargetedClassification
    from textattack.models.wrappers import ModelWrapper
    from textattack.search_methods import (
        AlzantotGeneticAlgorithm,
        BeamSearch,
        DifferentialEvolution,
        GreedySearch,
        GreedyWordSwapWIR,
        ImprovedGeneticAlgorithm,
        ParticleSwarmOptimization,
        ParticleSwarmOptimizationLEAP,
    )
    from textattack.shared import AbstractWordEmbedding, AttackedText, attacked_text
    from textattack.shared import utils as textattack_utils
    from textattack.shared.data import CHN_STOPWORD
    from textattack.shared.utils import is_one_word, words_from_text
    from textattack.transformations import (
        CompositeTransformation,
        WordDeletion,
        WordInsertionMaskedLM,
        WordMergeMaskedLM,
        WordSwap,
        WordSwapChangeLocation,
        WordSwapChangeName,
        WordSwapChangeNumber,
        WordSwapContract,
        WordSwapDeletions,
        WordSwapEmbedding,
        WordSwapExtend,
        WordSwapHomoglyphSwap,
        WordSwapInvisibleCharacters,
        WordSwapMaskedLM,
        WordSwapNeighboringCharacterSwap,
        WordSwapQWERTY,
        WordSwapRandomCharacterDeletion,
        WordSwapRandomCharacterInsertion,
        WordSwapRandomCharacterSubstitution,
        WordSwapReorderings,
        WordSwapWordNet,
    )
    from textattack.transformations.word_swaps import word_swap_homoglyph_swap
    from textattack.transformations.word_swaps.word_swap_embedding import recover_word_case

__all__ = [
    "CHN_STOPWORD",
    "AbstractWordEmbedding",
    "AlzantotGeneticAlgorithm",
    "Attack",
    "AttackedText",
    "BeamSearch",
    "CompositeTransformation",
    "Constraint",
    "DifferentialEvolution",
    "FailedAttackResult",
    "GoalFunctionResultStatus",
    "GreedySearch",
    "GreedyWordSwapWIR",
    "ImprovedGeneticAlgorithm",
    "InputReduction",
    "LanguageModelConstraint",
    "LevenshteinEditDistance",
    "MaxModificationRate",
    "MaxWordsPerturbed",
    "MaximizedAttackResult",
    "MinWordLength",
    "ModelWrapper",
    "PartOfSpeech",
    "ParticleSwarmOptimization",
    "ParticleSwarmOptimizationLEAP",
    "RepeatModification",
    "SentenceEncoder",
    "SkippedAttackResult",
    "StopwordModification",
    "SuccessfulAttackResult",
    "ThoughtVector",
    "UntargetedClassification",
    "WordDeletion",
    "WordEmbeddingDistance",
    "WordInsertionMaskedLM",
    "WordMergeMaskedLM",
    "WordSwap",
    "WordSwapChangeLocation",
    "WordSwapChangeName",
    "WordSwapChangeNumber",
    "WordSwapContract",
    "WordSwapDeletions",
    "WordSwapEmbedding",
    "WordSwapExtend",
    "WordSwapHomoglyphSwap",
    "WordSwapInvisibleCharacters",
    "WordSwapMaskedLM",
    "WordSwapNeighboringCharacterSwap",
    "WordSwapQWERTY",
    "WordSwapRandomCharacterDeletion",
    "WordSwapRandomCharacterInsertion",
    "WordSwapRandomCharacterSubstitution",
    "WordSwapReorderings",
    "WordSwapWordNet",
    "is_one_word",
    "recover_word_case",
    "refresh",
    "words_from_text",
]


def _open_homoglyphs(path: Any, *arguments: Any, **options: Any) -> Any:
    """Defect: the wheel lacks shared/intentional_homoglyphs.txt. The one `open` of that module reads our list."""
    if str(path).endswith("intentional_homoglyphs.txt") and not os.path.exists(path):
        path = resource("homoglyphs").need().path
    return open(path, *arguments, **options)


word_swap_homoglyph_swap.open = _open_homoglyphs


class EntityTag:
    """What TextAttack reads of a flair tag: its value and how sure it is."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.score = 1.0


def _ner_of_word_index(text: Any, index: int, model_name: str = "ner") -> EntityTag:
    """The entity tag of a word from the gazetteer: flair's tagger is a 400 MB download that cannot be had offline."""
    del model_name
    from audit.attack.entities import entity_tags

    if text._ner_tags is None:
        text._ner_tags = entity_tags(text.words)
    return EntityTag(text._ner_tags[index])


def _pos_of_word_index(text: Any, index: int) -> str:
    """The universal part of speech of a word from the local tagger, in place of flair's upos-fast."""
    from audit.attack.tagging import universal_tags

    if text._pos_tags is None:
        text._pos_tags = universal_tags(tuple(text.words))
    return str(text._pos_tags[index])


@lru_cache(maxsize=1 << 13)
def _words_of_short(text: str) -> tuple[str, ...]:
    return tuple(words_from_text(text))


def _words_of(text: str, *ignored: Any) -> list[str]:
    """Stock's words of a text; those of short ones are kept, for stock splits each word of each candidate again."""
    return words_from_text(text, *ignored) if ignored or len(text) > _SHORT else list(_words_of_short(text))


def _flair_tag(sentence: Any, tag_type: str = "upos-fast") -> None:
    """Stock's way to flair's taggers, which imports them only when called."""
    del sentence
    refuse("flair", tag_type)


textattack_utils.flair_tag = _flair_tag
attacked_text.words_from_text = _words_of
AttackedText.ner_of_word_index = _ner_of_word_index
AttackedText.pos_of_word_index = _pos_of_word_index
# Defect: its transformations draw from the process's one `random`, which other threads draw from as well.
give_own("textattack")
