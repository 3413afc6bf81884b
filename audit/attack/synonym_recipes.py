"""Recipes that swap words one after the other: PWWS, TextFooler, A2T, Kuleshov."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.attack.recipe import Recipe
from audit.language.translating import tr_later

if TYPE_CHECKING:
    from audit.attack.build import Site

# The stop words of TextFooler's public code, which differ from NLTK's.
_TEXTFOOLER_STOPWORDS = frozenset(
    """
    a about above across after afterwards again against ain all almost alone along already also although am among
    amongst an and another any anyhow anyone anything anyway anywhere are aren aren't around as at back been
    before beforehand behind being below beside besides between beyond both but by can cannot could couldn
    couldn't d didn didn't doesn doesn't don don't down due during either else elsewhere empty enough even ever
    everyone everything everywhere except first for former formerly from hadn hadn't hasn hasn't haven haven't he
    hence her here hereafter hereby herein hereupon hers herself him himself his how however hundred i if in
    indeed into is isn isn't it it's its itself just latter latterly least ll may me meanwhile mightn mightn't
    mine more moreover most mostly must mustn mustn't my myself namely needn needn't neither never nevertheless
    next no nobody none noone nor not nothing now nowhere o of off on once one only onto or other others otherwise
    our ours ourselves out over per please s same shan shan't she she's should've shouldn shouldn't somehow
    something sometime somewhere such t than that that'll the their theirs them themselves then thence there
    thereafter thereby therefore therein thereupon these they this those through throughout thru thus to too
    toward towards under unless until up upon used ve was wasn wasn't we were weren weren't what whatever when
    whence whenever where whereafter whereas whereby wherein whereupon wherever whether which while whither who
    whoever whole whom whose why with within without won won't would wouldn wouldn't y yet you you'd you'll you're
    you've your yours yourself yourselves
    """.split()  # noqa: SIM905
)


@dataclass(kw_only=True)
class Pwws(Recipe):
    """Greedy: WordNet synonyms, words ordered by saliency times the best swap's gain.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "Nobody in this town will enjoy it.", "pwws")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'cipher in this town will enjoy it.')
    """

    name = "pwws"
    languages = ("en",)
    paper = (
        "Ren et al. 2019, Generating Natural Language Adversarial Examples through Probability Weighted Word Saliency"
    )
    kind = "word"
    cost = tr_later("medium")
    needs = ("stopwords", "wordnet")

    def build(self, site: Site) -> Any:
        """Stock's parts."""
        import audit.attack._textattack as ta
        from audit.attack.swaps import WordNetSwap

        constraints = [ta.RepeatModification(), ta.StopwordModification()]
        search = ta.GreedyWordSwapWIR("weighted-saliency")
        return site.attack(site.goal(), constraints, WordNetSwap(), search)


@dataclass(kw_only=True)
class TextFooler(Recipe):
    """Greedy: near words of the same part of speech that keep the sentence's encoding.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "a good film with a bad ending", "textfooler")
    >>> outcome.status, outcome.perturbed_text, outcome.valid
    ('success', 'a estimable film with a bad ending', False)
    """

    name = "textfooler"
    languages = ("en",)
    paper = "Jin et al. 2020, Is BERT Really Robust?"
    kind = "word"
    cost = tr_later("medium")
    needs = ("stopwords", "vectors", "tagger", "encoder")

    def build(self, site: Site) -> Any:
        """Stock's parts with local vectors, tagger and encoder."""
        import audit.attack._textattack as ta
        from audit.attack.parts import SamePartOfSpeech, VectorsEmbedding

        embedding = VectorsEmbedding()
        constraints = [
            ta.RepeatModification(),
            ta.StopwordModification(stopwords=set(_TEXTFOOLER_STOPWORDS)),
            # The paper says 0.7; its code uses 0.5.
            ta.WordEmbeddingDistance(embedding=embedding, min_cos_sim=0.5),
            SamePartOfSpeech(allow_verb_noun_swap=True),
            # The code forgets to divide the angle by pi, so its threshold 0.5 is 1 - 0.5 / pi.
            site.similarity(
                threshold=0.840845057,
                metric="angular",
                compare_against_original=False,
                window_size=15,
                skip_text_shorter_than_window=True,
            ),
        ]
        transformation = ta.WordSwapEmbedding(max_candidates=50, embedding=embedding)
        search = ta.GreedyWordSwapWIR(wir_method="delete")
        return site.attack(site.goal(), constraints, transformation, search)


@dataclass(kw_only=True)
class A2t(Recipe):
    """Greedy over words ranked by the gradient, for adversarial training: few queries, at most a tenth of the words.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "This film is a boring mess.", "a2t")
    >>> outcome.status, outcome.perturbed_text, outcome.queries  # failed: its last attempt
    ('failed', 'This movie is a boring messes.', 5)
    """

    name = "a2t"
    languages = ("en",)
    paper = "Yoo and Qi 2021, Towards Improving Adversarial Training of NLP Models"
    kind = "word"
    cost = tr_later("low")
    needs = ("stopwords", "vectors", "tagger", "encoder")
    gradients = True

    def build(self, site: Site) -> Any:
        """Stock's parts with local vectors, tagger and encoder, and exact gradients for the ranking."""
        import audit.attack._textattack as ta
        from audit.attack.parts import SamePartOfSpeech, VectorsEmbedding

        embedding = VectorsEmbedding()
        constraints = [
            ta.RepeatModification(),
            ta.StopwordModification(),
            SamePartOfSpeech(allow_verb_noun_swap=False),
            ta.MaxModificationRate(max_rate=0.1, min_threshold=4),
            site.similarity(threshold=0.9, metric="cosine"),
            ta.WordEmbeddingDistance(embedding=embedding, min_cos_sim=0.8),
        ]
        transformation = ta.WordSwapEmbedding(max_candidates=20, embedding=embedding)
        search = ta.GreedyWordSwapWIR(wir_method="gradient", truncate_words_to=site.classifier.max_tokens)
        return site.attack(site.goal(), constraints, transformation, search)


@dataclass(kw_only=True)
class Kuleshov(Recipe):
    """Greedy over all words at once: near words that stay close in thought vector and likely in the language model.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "a good film with a bad ending", "kuleshov")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'a good film with a bad terminates')
    """

    name = "kuleshov"
    languages = ("en",)
    paper = "Kuleshov et al. 2018, Adversarial Examples for Natural Language Classification Problems"
    kind = "word"
    cost = tr_later("high")
    needs = ("stopwords", "vectors", "language-model")

    def build(self, site: Site) -> Any:
        """Stock's parts with local vectors and language model.

        Stock stops when the true label's probability falls below 0.7, which need not change the prediction; here a
        success is a changed prediction, as in every other recipe.
        """
        import audit.attack._textattack as ta
        from audit.attack.parts import VectorsEmbedding, WindowFits

        embedding = VectorsEmbedding()
        constraints = [
            ta.RepeatModification(),
            ta.StopwordModification(),
            ta.MaxWordsPerturbed(max_percent=0.5),
            ta.ThoughtVector(embedding=embedding, threshold=0.2, metric="max_euclidean"),
            WindowFits(None, max_log_prob_diff=2.0),
        ]
        transformation = ta.WordSwapEmbedding(max_candidates=15, embedding=embedding)
        return site.attack(site.goal(), constraints, transformation, ta.GreedySearch())
