"""Recipes that breed populations: Genetic (Alzantot), Faster Genetic, IGA, PSO, LEAP. Thousands of queries a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.attack.recipe import Recipe
from audit.language.translating import tr_later
from audit.parameters import parameter

if TYPE_CHECKING:
    from audit.attack.build import Site


@dataclass(kw_only=True)
class _Population(Recipe):
    """Size and length of the search."""

    population: int = parameter(60, tr_later("Texts that are bred side by side."), least=1, place="advanced")
    generations: int = parameter(20, tr_later("Rounds of breeding at most."), least=1, place="advanced")

    kind = "word"
    cost = tr_later("very high")


@dataclass(kw_only=True)
class Genetic(_Population):
    """Near words that fit after the word before, bred by Alzantot's genetic algorithm.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "a good film with a bad ending", "genetic")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'a thoroughly film with a bad ending')
    """

    name = "genetic"
    languages = ("en",)
    paper = "Alzantot et al. 2018, Generating Natural Language Adversarial Examples"
    needs = ("stopwords", "vectors", "language-model")

    def build(self, site: Site) -> Any:
        """Stock's parts with local vectors and language model."""
        import audit.attack._textattack as ta
        from audit.attack.parts import BestFitting, VectorsEmbedding

        embedding = VectorsEmbedding()
        constraints = [
            ta.RepeatModification(),
            ta.StopwordModification(),
            ta.MaxWordsPerturbed(max_percent=0.2),
            ta.WordEmbeddingDistance(embedding=embedding, max_mse_dist=0.5, compare_against_original=False),
            BestFitting(top=4),
        ]
        transformation = ta.WordSwapEmbedding(max_candidates=8, embedding=embedding)
        search = ta.AlzantotGeneticAlgorithm(
            pop_size=self.population, max_iters=self.generations, post_crossover_check=False
        )
        return site.attack(site.goal(), constraints, transformation, search)


@dataclass(kw_only=True)
class FasterGenetic(_Population):
    """Alzantot's search with a language model on the window around each change, against the original.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "a good film with a bad ending", "faster_genetic")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'a thoroughly film with a bad ending')
    """

    generations: int = 40

    name = "faster_genetic"
    languages = ("en",)
    paper = "Jia et al. 2019, Certified Robustness to Adversarial Word Substitutions"
    needs = ("stopwords", "vectors", "language-model")

    def build(self, site: Site) -> Any:
        """Stock's parts with local vectors and language model."""
        import audit.attack._textattack as ta
        from audit.attack.parts import VectorsEmbedding, WindowFits

        embedding = VectorsEmbedding()
        constraints = [
            ta.RepeatModification(),
            ta.StopwordModification(),
            ta.MaxWordsPerturbed(max_percent=0.2),
            ta.WordEmbeddingDistance(embedding=embedding, max_mse_dist=0.5),
            WindowFits(6, max_log_prob_diff=5.0, compare_against_original=True),
        ]
        transformation = ta.WordSwapEmbedding(max_candidates=8, embedding=embedding)
        search = ta.AlzantotGeneticAlgorithm(
            pop_size=self.population, max_iters=self.generations, post_crossover_check=False
        )
        return site.attack(site.goal(), constraints, transformation, search)


@dataclass(kw_only=True)
class Iga(_Population):
    """The improved genetic algorithm: a word may be swapped again, up to five times.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "This film is a boring mess.", "iga")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'This film is a irksome fixes.')
    """

    name = "iga"
    languages = ("en",)
    paper = "Wang et al. 2019, Natural Language Adversarial Attacks and Defenses in Word Level"
    needs = ("stopwords", "vectors")

    def build(self, site: Site) -> Any:
        """Stock's parts with local vectors."""
        import audit.attack._textattack as ta
        from audit.attack.parts import VectorsEmbedding

        embedding = VectorsEmbedding()
        constraints = [
            ta.StopwordModification(),
            ta.MaxWordsPerturbed(max_percent=0.2),
            ta.WordEmbeddingDistance(embedding=embedding, max_mse_dist=0.5, compare_against_original=False),
        ]
        transformation = ta.WordSwapEmbedding(max_candidates=50, embedding=embedding)
        search = ta.ImprovedGeneticAlgorithm(
            pop_size=self.population,
            max_iters=self.generations,
            max_replace_times_per_index=5,
            post_crossover_check=False,
        )
        return site.attack(site.goal(), constraints, transformation, search)


@dataclass(kw_only=True)
class Pso(_Population):
    """Particle swarm over words of the same part of speech and sense; WordNet stands in for HowNet's sememes.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "a good film with a bad ending", "pso")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'a sound film with a bad ending')
    """

    name = "pso"
    languages = ("en",)
    paper = "Zang et al. 2020, Word-level Textual Adversarial Attacking as Combinatorial Optimization"
    needs = ("stopwords", "wordnet", "tagger")

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """WordNet stands in HowNet's place."""
        return (*super().stand_ins, "sememes: wordnet")

    def build(self, site: Site) -> Any:
        """Stock's parts with WordNet's senses."""
        import audit.attack._textattack as ta
        from audit.attack.swaps import SenseSwap

        constraints = [ta.RepeatModification(), ta.StopwordModification()]
        search = ta.ParticleSwarmOptimization(pop_size=self.population, max_iters=self.generations)
        return site.attack(site.goal(), constraints, SenseSwap(), search)


@dataclass(kw_only=True)
class Leap(_Population):
    """Particle swarm with Levy flights over WordNet synonyms, at most 16% of the words.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "The acting is weak and the story is slow.", "leap")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'The acting is infirm and the story is decelerate.')
    """

    name = "leap"
    languages = ("en",)
    paper = "Xiao et al. 2023, LEAP: Efficient and Automated Test Method for NLP Software"
    needs = ("stopwords", "wordnet")

    def build(self, site: Site) -> Any:
        """Stock's parts."""
        import audit.attack._textattack as ta
        from audit.attack.swaps import WordNetSwap

        constraints = [ta.MaxModificationRate(max_rate=0.16), ta.StopwordModification()]
        search = ta.ParticleSwarmOptimizationLEAP(
            pop_size=self.population, max_iters=self.generations, post_turn_check=True, max_turn_retries=20
        )
        return site.attack(site.goal(), constraints, WordNetSwap(), search)
