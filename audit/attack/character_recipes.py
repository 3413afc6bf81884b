"""Recipes that misspell: DeepWordBug, Pruthi's typos, TextBugger, Chinese slips."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.attack.recipe import Recipe
from audit.language.translating import tr_later
from audit.parameters import parameter

if TYPE_CHECKING:
    from audit.attack.build import Site


@dataclass(kw_only=True)
class DeepWordBug(Recipe):
    """Greedy: the most important words get one random character edit out of four kinds.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "This film is a boring mess.", "deepwordbug")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'This film is a Uboring ess.')
    >>> [(change.before, change.after) for change in outcome.changes], outcome.valid
    ([('boring', 'Uboring'), ('mess', 'ess')], True)
    """

    name = "deepwordbug"
    languages = ("Latn",)
    paper = "Gao et al. 2018, Black-box Generation of Adversarial Text Sequences to Evade Deep Learning Classifiers"
    kind = "character"
    cost = tr_later("low")

    def build(self, site: Site) -> Any:
        """Stock's parts."""
        import audit.attack._textattack as ta

        transformation = ta.CompositeTransformation(
            [
                ta.WordSwapNeighboringCharacterSwap(),
                ta.WordSwapRandomCharacterSubstitution(),
                ta.WordSwapRandomCharacterDeletion(),
                ta.WordSwapRandomCharacterInsertion(),
            ]
        )
        # The paper holds the edit distance to 30 characters.
        constraints = [ta.RepeatModification(), ta.StopwordModification(), ta.LevenshteinEditDistance(30)]
        return site.attack(site.goal(), constraints, transformation, ta.GreedyWordSwapWIR())


@dataclass(kw_only=True)
class Pruthi(Recipe):
    """Every single-character typo inside words of four letters or more; `swaps` of them at most.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "a good film with a bad ending", "pruthi")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'a giod film with a bad ending')
    """

    swaps: int = parameter(1, tr_later("Words that may be misspelt; the paper looks at 1 and 2."), least=1)

    name = "pruthi"
    languages = ("Latn",)
    paper = "Pruthi et al. 2019, Combating Adversarial Misspellings with Robust Word Recognition"
    kind = "character"
    cost = tr_later("low")

    def build(self, site: Site) -> Any:
        """Stock's parts."""
        import audit.attack._textattack as ta

        inside: dict[str, Any] = {"random_one": False, "skip_first_char": True, "skip_last_char": True}
        transformation = ta.CompositeTransformation(
            [
                ta.WordSwapNeighboringCharacterSwap(**inside),
                ta.WordSwapRandomCharacterDeletion(**inside),
                ta.WordSwapRandomCharacterInsertion(**inside),
                ta.WordSwapQWERTY(**inside),
            ]
        )
        constraints = [
            ta.MinWordLength(min_length=4),
            ta.StopwordModification(),
            ta.MaxWordsPerturbed(max_num_words=self.swaps),
            ta.RepeatModification(),
        ]
        return site.attack(site.goal(), constraints, transformation, ta.GreedySearch())


@dataclass(kw_only=True)
class TextBugger(Recipe):
    r"""Greedy: a space, a deletion, an exchange, a look-alike or a near word, whichever hurts most.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "The plot is thin but the acting is superb.", "textbugger")
    >>> outcome.status, [(change.before, ascii(change.after)) for change in outcome.changes]
    ('success', [('superb', "'supe\\u2c85b'")])
    """

    name = "textbugger"
    languages = ("en",)
    paper = "Li et al. 2019, TextBugger: Generating Adversarial Text Against Real-world Applications"
    kind = "mixed"
    cost = tr_later("low")
    needs = ("stopwords", "vectors", "encoder", "homoglyphs")

    def build(self, site: Site) -> Any:
        """Stock's parts with local vectors and encoder."""
        import audit.attack._textattack as ta
        from audit.attack.parts import VectorsEmbedding

        inside: dict[str, Any] = {"random_one": True, "skip_first_char": True, "skip_last_char": True}
        transformation = ta.CompositeTransformation(
            [
                ta.WordSwapRandomCharacterInsertion(letters_to_insert=" ", **inside),
                ta.WordSwapRandomCharacterDeletion(**inside),
                ta.WordSwapNeighboringCharacterSwap(**inside),
                ta.WordSwapHomoglyphSwap(),
                ta.WordSwapEmbedding(max_candidates=5, embedding=VectorsEmbedding()),
            ]
        )
        constraints = [
            ta.RepeatModification(),
            ta.StopwordModification(),
            site.similarity(threshold=0.8, metric="angular"),
        ]
        return site.attack(site.goal(), constraints, transformation, ta.GreedyWordSwapWIR(wir_method="delete"))


@dataclass(kw_only=True)
class Chinese(Recipe):
    """By saliency: one character of a Chinese word becomes one that sounds or looks alike; other words stay.

    TextAttack's recipe also swaps words by HowNet and XLM-R, which no resource here provides.

    >>> Chinese().refuses("A quiet delight.")
    'nothing to attack: the text has none of the simplified Chinese characters that the recipe swaps'
    >>> Chinese().refuses("安静的快乐") is None
    True
    """

    name = "chinese"
    languages = ("zh",)
    paper = "Morris et al. 2020, TextAttack (its Chinese recipe)"
    kind = "character"
    cost = tr_later("medium")
    needs = ("stopwords", "chinese-characters")

    def refuses(self, text: str) -> str | None:
        """Texts without a common simplified character."""
        from audit.resources.chinese import similar_characters

        if any(character in similar_characters() for character in text):
            return None
        return tr_later(
            "nothing to attack: the text has none of the simplified Chinese characters that the recipe swaps"
        )

    def build(self, site: Site) -> Any:
        """Stock's parts that need no model, with one swap for both kinds of characters."""
        import audit.attack._textattack as ta
        from audit.attack.swaps import SimilarCharacterSwap

        stopwords = ta.CHN_STOPWORD.union(string.punctuation)
        constraints = [ta.RepeatModification(), ta.StopwordModification(stopwords=stopwords)]
        search = ta.GreedyWordSwapWIR(wir_method="weighted-saliency")
        return site.attack(site.goal(), constraints, SimilarCharacterSwap(), search)
