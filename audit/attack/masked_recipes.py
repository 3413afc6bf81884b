"""Recipes that ask a masked language model for words: BAE, BERT-Attack, CLARE. They run with any local one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from audit.attack.recipe import Recipe
from audit.language.translating import tr_later
from audit.resources.masked_lm import MaskedLanguageModel, load_masked_lm

if TYPE_CHECKING:
    from audit.attack.build import Site

_LONGEST = 512


@dataclass(kw_only=True)
class _Masked(Recipe):
    kind = "word"
    cost = tr_later("high")
    needs: ClassVar[tuple[str, ...]] = ("stopwords", "encoder", "masked-lm")

    @staticmethod
    def _language_model(site: Site) -> dict[str, Any]:
        device = "cuda" if site.classifier.device == "cuda" else "cpu"
        model, tokenizer = load_masked_lm(MaskedLanguageModel().need().path, device)
        longest = min(_LONGEST, int(getattr(model.config, "max_position_embeddings", _LONGEST)))
        return {"masked_language_model": model, "tokenizer": tokenizer, "max_length": longest}


@dataclass(kw_only=True)
class Bae(_Masked):
    """Greedy: a word replaced by what BERT would put in its place, of the same part of speech (BAE-R).

    >>> recipe = Bae(max_queries=200)
    >>> recipe.needs, recipe.params["max_queries"]
    (('stopwords', 'encoder', 'tagger', 'masked-lm'), 200)
    """

    name = "bae"
    languages = ("en",)
    paper = "Garg and Ramakrishnan 2020, BAE: BERT-based Adversarial Examples for Text Classification"
    needs = ("stopwords", "encoder", "tagger", "masked-lm")

    def build(self, site: Site) -> Any:
        """Stock's parts with local tagger, encoder and language model."""
        import audit.attack._textattack as ta
        from audit.attack.parts import SamePartOfSpeech
        from audit.attack.swaps import MaskedSwap

        transformation = MaskedSwap(method="bae", max_candidates=50, min_confidence=0.0, **self._language_model(site))
        constraints = [
            ta.RepeatModification(),
            ta.StopwordModification(),
            SamePartOfSpeech(allow_verb_noun_swap=True),
            # 0.8 in the paper, without dividing the angle by pi: 1 - 0.2 / pi
            site.similarity(
                threshold=0.936338023,
                metric="cosine",
                compare_against_original=True,
                window_size=15,
                skip_text_shorter_than_window=True,
            ),
        ]
        return site.attack(site.goal(), constraints, transformation, ta.GreedyWordSwapWIR(wir_method="delete"))


@dataclass(kw_only=True)
class BertAttack(_Masked):
    """Greedy: BERT's proposals for the unmasked text, word pieces combined.

    >>> recipe = BertAttack(max_words=0.2)
    >>> recipe.needs, recipe.params["max_words"]
    (('stopwords', 'encoder', 'masked-lm'), 0.2)
    """

    name = "bert_attack"
    languages = ("en",)
    paper = "Li et al. 2020, BERT-ATTACK: Adversarial Attack Against BERT Using BERT"

    def build(self, site: Site) -> Any:
        """Stock's parts with local encoder and language model; 8 candidates a piece, as stock."""
        import audit.attack._textattack as ta
        from audit.attack.swaps import MaskedSwap

        transformation = MaskedSwap(method="bert-attack", max_candidates=8, **self._language_model(site))
        constraints = [
            ta.RepeatModification(),
            ta.StopwordModification(),
            ta.MaxWordsPerturbed(max_percent=0.4),
            site.similarity(threshold=0.2, metric="cosine", compare_against_original=True, window_size=None),
        ]
        return site.attack(site.goal(), constraints, transformation, ta.GreedyWordSwapWIR(wir_method="unk"))


@dataclass(kw_only=True)
class Clare(_Masked):
    """Greedy over replacing, inserting and merging words as a masked language model proposes.

    >>> recipe = Clare(min_similarity=0.8)
    >>> recipe.needs, recipe.params["min_similarity"]
    (('stopwords', 'encoder', 'tagger', 'masked-lm'), 0.8)
    """

    name = "clare"
    languages = ("en",)
    paper = "Li et al. 2021, Contextualized Perturbation for Textual Adversarial Attack"
    cost = tr_later("very high")
    needs = ("stopwords", "encoder", "tagger", "masked-lm")

    def build(self, site: Site) -> Any:
        """Stock's parts with local encoder and language model.

        Defect: stock loads its RoBERTa as a causal model, whose head then predicts the next word, not the masked one.
        """
        import audit.attack._textattack as ta
        from audit.attack.swaps import MaskedInsertion, MaskedMerge, MaskedSwap

        model = self._language_model(site)
        transformation = ta.CompositeTransformation(
            [
                MaskedSwap(method="bae", max_candidates=50, min_confidence=5e-4, **model),
                MaskedInsertion(max_candidates=50, min_confidence=0.0, **model),
                MaskedMerge(max_candidates=50, min_confidence=5e-3, **model),
            ]
        )
        constraints = [
            ta.RepeatModification(),
            ta.StopwordModification(),
            site.similarity(
                threshold=0.7,
                metric="cosine",
                compare_against_original=True,
                window_size=15,
                skip_text_shorter_than_window=True,
            ),
        ]
        return site.attack(site.goal(), constraints, transformation, ta.GreedySearch())
