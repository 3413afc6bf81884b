"""Recipes of other kinds: HotFlip by gradients, input reduction, CheckList's invariances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.attack.recipe import Recipe
from audit.language.translating import tr_later
from audit.parameters import parameter

if TYPE_CHECKING:
    from audit.attack.build import Site
    from models.classifier import Classifier


@dataclass(kw_only=True)
class HotFlip(Recipe):
    """Beam search over word swaps ranked by the gradient, two words at most.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "a good film with a bad ending", "hotflip")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'a good film with a bad terminating')
    """

    beam_width: int = parameter(10, tr_later("Texts kept after each swap."), least=1, place="advanced")
    top_n: int = parameter(10, tr_later("Swaps tried for each of the texts kept."), least=1, place="advanced")

    name = "hotflip"
    languages = ("en",)
    paper = "Ebrahimi et al. 2018, HotFlip: White-Box Adversarial Examples for Text Classification"
    kind = "word"
    cost = tr_later("low")
    needs = ("stopwords", "vectors", "tagger")
    gradients = True

    def build(self, site: Site) -> Any:
        """Stock's parts, but for the swap: stock's takes its own LSTM only, with dropout on."""
        import audit.attack._textattack as ta
        from audit.attack.parts import SamePartOfSpeech, VectorsEmbedding
        from audit.attack.swaps import GradientSwap

        constraints = [
            ta.RepeatModification(),
            ta.StopwordModification(),
            ta.MaxWordsPerturbed(max_num_words=2),
            ta.WordEmbeddingDistance(embedding=VectorsEmbedding(), min_cos_sim=0.8),
            SamePartOfSpeech(),
        ]
        transformation = GradientSwap(site.wrapper, top_n=self.top_n)
        return site.attack(site.goal(), constraints, transformation, ta.BeamSearch(beam_width=self.beam_width))


@dataclass(kw_only=True)
class InputReduction(Recipe):
    """Deletes the least important words while the label stays: how little the model needs to be as sure.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "Nobody in this town will enjoy it.", "input_reduction")
    >>> outcome.status, outcome.perturbed_text, outcome.words_left
    ('success', 'Nobody town will.', 3)
    """

    name = "input_reduction"
    paper = "Feng et al. 2018, Pathologies of Neural Models Make Interpretations Difficult"
    kind = "reduction"
    cost = tr_later("low")

    def unavailable(self, classifier: Classifier) -> str | None:
        """As every recipe; a target makes no sense here, for the label must stay."""
        if self.goal == "targeted":
            return tr_later("input_reduction keeps the label, so it takes no target.")
        return super().unavailable(classifier)

    def build(self, site: Site) -> Any:
        """Stock's parts."""
        import audit.attack._textattack as ta

        constraints = [ta.RepeatModification(), ta.StopwordModification()]
        search = ta.GreedyWordSwapWIR(wir_method="delete")
        return site.attack(site.reduction_goal(), constraints, ta.WordDeletion(), search)


@dataclass(kw_only=True)
class CheckList(Recipe):
    """Changes that should not matter: contractions, names, numbers and places.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "Marcus isn't a good actor.", "checklist")
    >>> outcome.status, outcome.perturbed_text, outcome.queries
    ('failed', 'Marcus is not a good actor.', 2)
    """

    name = "checklist"
    languages = ("en",)
    paper = "Ribeiro et al. 2020, Beyond Accuracy: Behavioral Testing of NLP Models with CheckList"
    kind = "word"
    cost = tr_later("low")
    needs = ("stopwords", "gazetteer")

    def build(self, site: Site) -> Any:
        """Stock's parts with the gazetteer in place of a named-entity tagger."""
        import audit.attack._textattack as ta

        transformation = ta.CompositeTransformation(
            [
                ta.WordSwapExtend(),
                ta.WordSwapContract(),
                ta.WordSwapChangeName(),
                ta.WordSwapChangeNumber(),
                ta.WordSwapChangeLocation(),
            ]
        )
        return site.attack(site.goal(), [ta.RepeatModification()], transformation, ta.GreedySearch())
