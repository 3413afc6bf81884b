"""A negation put into a text: what is praised is then not praised, and the answer should move."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from audit.behave.asking import Answered, Unanswered, answered, with_pair
from audit.behave.perturbation import changes_within
from audit.behave.spans import replaced
from audit.language.translating import tr_later
from audit.parameters import Declared, parameter
from audit.probe import works_on
from audit.records import DirectionOutcome, Example, Variant
from audit.resources import locate
from audit.resources.polarity import polarity
from audit.seeds import row_seed
from audit.window import span_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.classifier import Classifier, TextInput

OPPOSITES = (
    ("positive", "negative"), ("pos", "neg"), ("good", "bad"), ("favourable", "unfavourable"), ("favorable", "unfavorable"),
    ("praise", "complaint"), ("praise", "criticism"), ("satisfied", "dissatisfied"), ("satisfied", "unsatisfied"),
    ("happy", "unhappy"), ("like", "dislike"), ("recommended", "not recommended"), ("bullish", "bearish"),
)  # fmt: skip
"""Names of two classes of which a negation makes one the other, or at least less."""
STRONG = 0.5
"""Value from which on a word speaks for or against."""
NEAR = 4
"""Words at most between the negation and the first word that speaks for or against."""

_OPPOSED = re.compile(
    r"\b(?:not|no|never|nor|neither|none|nobody|nothing|nowhere|without|hardly|barely|scarcely|rarely|seldom|cannot|but|although|though|"
    r"however|yet|despite|except|unless|if|would|could|should|too|only|than|otherwise|lacks?|lacking|fails?|failed|away|free)\b|n['’]t\b|[?;:]",
    re.IGNORECASE,
)
_OTHERWISE = (
    "to been going just also all as so such like how what why because about one two a little more less still that the in on at by from "
    "with for"
)
"""What may not follow the negation: "not to", "not just", "not one", "not in" say something else than that it is not so."""
_AFTER = rf"(?!\s+(?:{'|'.join(_OTHERWISE.replace('a little', 'a_little').split())})\b)(?=\s+[a-z])".replace("_", r"\s")
_COPULA = re.compile(rf"\b(?:is|are|was|were){_AFTER}", re.IGNORECASE)
_VERBS = {
    "like": "like", "love": "love", "recommend": "recommend", "enjoy": "enjoy", "trust": "trust", "liked": "like", "loved": "love",
    "recommended": "recommend", "enjoyed": "enjoy", "trusted": "trust", "hate": "hate", "hated": "hate", "dislike": "dislike",
    "disliked": "dislike", "admire": "admire", "admired": "admire", "appreciate": "appreciate", "appreciated": "appreciate",
}  # fmt: skip
AGAINST = frozenset({"hate", "dislike"})
_DOES = re.compile(rf"\b(?:I|we|you|they)\s+(?P<verb>{'|'.join(_VERBS)})\b", re.IGNORECASE)
_SEVERAL = re.compile(r"[.!]+\s+\S")
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")


@dataclass(kw_only=True)
class Negation(Declared):
    """A "not" put behind the one verb of a text that carries its opinion: the model should be less sure of its answer, or give another.

    Only where it is certain what the negation does: a text of one clause, in which all words that speak for or against speak the same way
    and stand behind "is", "are", "was" or "were", or beside one verb such as "I like"; no negation, contrast, condition or question in it.

    >>> import audit
    >>> row = Example("1", "The acting is superb.")
    >>> [record] = Negation().run(audit.load("sentiment"), [row], seed=0)
    >>> [variant.text for variant in record.variants], record.kept
    (['The acting is not superb.', "The acting isn't superb."], 0)
    """

    clause_words: int = parameter(
        25, tr_later("Words of a text at most: a longer one has more than one clause."), least=3
    )

    name = "negation"
    version: ClassVar[int] = 1
    cost: ClassVar[str] = tr_later("a pass for each text, changed or not")
    needs: ClassVar[tuple[str, ...]] = ("polarity",)
    languages: ClassVar[tuple[str, ...]] = ("en",)

    def __post_init__(self) -> None:
        self.check()

    @property
    def resources(self) -> Mapping[str, str]:
        """What it uses besides the model, with version and hash."""
        found = {name: locate(name) for name in self.needs}
        return {name: item.stamp for name, item in found.items() if item is not None}

    def unavailable(self, classifier: Classifier) -> str | None:
        """A model whose answers are no opinions, or several at once."""
        if polar_labels(classifier.labels) and not classifier.task.several:
            return None
        return tr_later(
            "A negation turns opinions alone, and this model has no two classes that are opposites, such as positive and negative."
        )

    def variants(self, text: str) -> list[str]:
        """The text with its negation, both ways of writing it where there are two; none where it is not certain what it does."""
        if works_on(self, text) is not None or len(text.split()) > self.clause_words or _OPPOSED.search(text):
            return []
        return [] if _SEVERAL.search(text.strip()) else list(_negated(text))

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[DirectionOutcome]:
        """One outcome per example, in their order; nothing is random."""
        polar = polar_labels(classifier.labels)
        for row in answered(classifier, examples, lambda example: self._texts(classifier, example)):
            if isinstance(row, Unanswered):
                yield self._outcome(row, seed, error=row.error)
                continue
            text, (first, *others) = row.example.text, row.probs
            answer = classifier.task.answer(first)
            turned = (
                list(zip(row.made, others, strict=True)) if answer in polar else []
            )  # neither praise nor blame need not turn
            i = classifier.labels.index(answer)
            falls = [
                first[i] - said[i] for _, said in turned if classifier.task.same(classifier.task.answer(said), answer)
            ]
            made = tuple(
                Variant(other, said, changed=True, changes=changes_within(text, other, (0, len(text))))
                for other, said in turned
            )
            yield self._outcome(row, seed, probs=first, made=made, falls=falls)

    def _texts(self, classifier: Classifier, example: Example) -> tuple[list[str], list[TextInput]]:
        texts = self._of_row(classifier, example)
        return texts, with_pair(example, [example.text, *texts])

    def _of_row(self, classifier: Classifier, example: Example) -> list[str]:
        """The variants of a row; none of a text that the model reads in part, for the negation may be in the other."""
        if span_of(classifier, example.text, example.pair) != (0, len(example.text)):
            return []
        return self.variants(example.text)

    def _outcome(
        self, row: Answered[list[str]] | Unanswered, seed: int, *, probs: tuple[float, ...] = (), made: tuple[Variant, ...] = (),
        falls: Sequence[float] = (), error: str | None = None,
    ) -> DirectionOutcome:  # fmt: skip
        example = row.example
        return DirectionOutcome(
            example.row_id, example.text, example.label, self.name, probs, made, len(falls), min(falls, default=None),
            row_seed(seed, example.row_id, self.name), row.seconds, pair=example.pair, error=error,
        )  # fmt: skip


def polar_labels(labels: Sequence[str]) -> frozenset[str]:
    """Those of a model's labels that are each other's opposite, as `OPPOSITES` names them; capitals and underscores count for nothing.

    >>> sorted(polar_labels(("NEGATIVE", "Neutral", "POSITIVE")))
    ['NEGATIVE', 'POSITIVE']
    """
    plain = {label.lower().replace("_", " ").replace("-", " ").strip(): label for label in labels}
    found = (pair for pair in OPPOSITES if set(pair) <= set(plain))
    return frozenset(plain[name] for pair in found for name in pair)


def _negated(text: str) -> Iterator[str]:
    """The text with its negation in each way of writing, if one verb carries all that speaks for or against."""
    places = [(match.start(), value) for match in _WORD.finditer(text) if (value := leaning(match.group()))]
    does, copulas = list(_DOES.finditer(text)), list(_COPULA.finditer(text))
    if len(does) + len(copulas) != 1:
        return
    if does:
        verb, (start, end) = does[0]["verb"], does[0].span("verb")
        plain = _VERBS[verb.lower()]
        against = plain in AGAINST
        if all(place >= start and (value < 0) == against for place, value in places):
            for form in ("do not", "don't") if verb.lower() == plain else ("did not", "didn't"):
                yield replaced(text, (start, end), f"{form} {plain}")
        return
    if not places or len({value > 0 for _, value in places}) != 1:
        return
    found = copulas[0]
    if not _predicate(text[found.end() : places[-1][0]], text[found.end() :], places[0][0] - found.end()):
        return
    yield replaced(text, found.span(), f"{found.group()} not")
    yield replaced(text, found.span(), f"{found.group()}n't")


def _predicate(until_last: str, behind: str, first: int) -> bool:
    """Whether what stands behind a verb, up to the last word that speaks for or against, is one thing that is said with it."""
    if (
        first < 0
        or len(behind[:first].split()) > NEAR
        or re.search(r"[,–—(\"]|--| - |\band (?:he|she|it|they|I|we|the|this)\b", until_last)
    ):
        return False
    next_word = _WORD.search(behind)
    return next_word is not None and (
        abs(polarity(next_word.group(), "a")) >= STRONG or not next_word.group().endswith(("ing", "ly"))
    )


@lru_cache(maxsize=1 << 15)
def leaning(word: str) -> float:
    """How strongly a word speaks for (+) or against (-), by its strongest part of speech; 0 below `STRONG`."""
    strongest = max((polarity(word, pos) for pos in "avrn"), key=abs)
    return strongest if abs(strongest) >= STRONG else 0.0
