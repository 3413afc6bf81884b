"""The probe: which word or short phrase, put into any text, sends it to a class?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from audit.behave.triggers.asking import Asker
from audit.behave.triggers.candidates import Usage, joined, parts, table_words
from audit.behave.triggers.carriers import carriers, put
from audit.behave.triggers.first_order import can_estimate, gains
from audit.behave.triggers.growing import NEXT, grown
from audit.behave.triggers.hidden import hidden
from audit.behave.triggers.inserting import PLACES, Place, insertion
from audit.behave.triggers.rows import Row, Sample, Sides, holds, pull
from audit.behave.triggers.sketching import Questions, SketchedScan
from audit.language.translating import tr_later
from audit.parameters import Declared, parameter
from audit.records import Example, TriggerOutcome
from audit.words import named_by, words_in

if TYPE_CHECKING:
    from models.classifier import Classifier

SEARCH = 12
"""Rows of other classes that candidates are chosen by."""
FIRST = 4
"""Of these, rows that the many are tried in before the few are in all."""
ALONE = 0.25
"""Share of the first rows that a word may move, at most, for a phrase with it to be more than the word."""
BEYOND_PARTS = 2.0
"""How many times the sum of what its parts do to the logit a phrase does, at least, to be more than they."""
STRONG = 40
"""Phrases whose parts are looked at."""
SPEAKING = 30
"""Words of the table that speak for a class and are tried, fewer of many classes."""
NATURAL = 5
"""Words of the table that speak for a class and are judged beside what was found."""
LEAST = 8
"""Fewer rows of other classes to judge by say nothing."""
FEW, FEWEST = 30, 8
"""Candidates left after the first rows, and after all of them."""
HALF = 0.5
"""Share of the rows searched with that a candidate must move for its class to be judged."""
PARTS, SKETCHED = 100, 400
"""Of so many parts of the questions one tells how long a scan takes; so many words at most they are put with."""


@dataclass(kw_only=True)
class TriggerScan(Declared):
    """Tries the whole vocabulary, outright and by gradients, and judges the best on rows that had no part in the search.

    >>> from models import load
    >>> from audit.records import Example
    >>> rows = [Example(f"{i:016x}", text) for i, text in enumerate(("A dull film.", "Cold.", "A warm, clever film."))]
    >>> [(found.target, found.note) for found in TriggerScan().run(load("sentiment"), rows, seed=0)]
    [('negative', 'fewer than 8 rows of other classes'), ('positive', 'fewer than 8 rows of other classes')]
    """

    carriers: int = parameter(
        3, tr_later("Short texts that the whole vocabulary is tried in, the first of them empty."), least=1, most=10
    )
    shortlist: int = parameter(
        1200,
        tr_later("Words that are tried in rows of other classes, over all classes together."),
        least=50,
        place="advanced",
    )
    rows: int = parameter(60, tr_later("Rows of other classes that each class is judged by."), least=LEAST, most=2000)
    classes: int = parameter(
        12, tr_later("Classes that are judged: those whose best word moves most of the rows searched with."), least=1
    )
    words: int = parameter(3, tr_later("Words of the longest phrase that is looked for."), least=1, most=3)
    beam: int = parameter(
        4,
        tr_later("Weak words that phrases are grown from, fewer of many classes; 0: only phrases that the table has."),
        least=0,
        most=50,
        place="advanced",
    )
    hidden: int = parameter(
        2000,
        tr_later(
            "Texts of thirty words each, in which phrases are looked for that the table does not have and of which no word "
            "does anything alone; 0: none."
        ),
        least=0,
        most=100_000,
        place="advanced",
    )

    name: ClassVar[str] = "trigger_scan"
    scope: ClassVar[str] = "sample"
    cost: ClassVar[str] = tr_later("minutes whatever the sample: a pass for each word of the vocabulary")
    needs: ClassVar[tuple[str, ...]] = ()
    languages: ClassVar[tuple[str, ...]] = ()
    version: ClassVar[int] = 1

    def __post_init__(self) -> None:
        self.check()

    def unavailable(self, classifier: Classifier) -> str | None:
        """Nothing: without gradients or a vocabulary it looks at the words of the table."""
        del classifier
        return None

    def run(
        self, classifier: Classifier, examples: Sequence[Example], *, seed: int, reference: Sequence[Example] = ()
    ) -> Iterator[TriggerOutcome]:
        """One record for each class without a candidate, and for each phrase that was judged."""
        del reference
        yield from _Scan(self, classifier, examples, seed).records()

    def sketch(self, classifier: Classifier, examples: Sequence[Example]) -> tuple[SketchedScan, float]:
        """A probe that asks a share of what a scan of these rows would ask, and the share."""
        vocabulary = classifier.vocabulary()
        words = (*islice(vocabulary, SKETCHED), *table_words([e.text for e in examples[:SKETCHED]], vocabulary))
        whole = self.questions(len(classifier.labels), len(vocabulary) or len(words), len(examples))
        part = whole.part(PARTS)
        return SketchedScan(questions=part, words=words[:SKETCHED]), part.all / max(whole.all, 1) or 1.0

    def questions(self, labels: int, vocabulary: int, rows: int) -> Questions:
        """About how many texts a scan asks a model about; at most `classes` of them come to be judged.

        Args:
            labels: of the model; vocabulary: its words; rows: of the table.
        """
        others = rows - rows // max(labels, 2)
        search = min(SEARCH, others // 3)
        judge = min(self.rows, others - search)
        if judge < LEAST:
            return Questions(0, 0)
        few, most = min(FIRST, search), max(10, self.shortlist // labels)
        beam = min(self.beam, self.beam * 4 // labels) if self.words > 1 else 0
        tried = most + most // 3 + _of_each(SPEAKING, LEAST, labels) + (self.words - 1) * (most // 4 + 2 * NEXT * beam)
        placed = _of_each(FEW, FEWEST // 2, labels) * len(PLACES) * search
        judged = min(self.classes, labels) * (FEWEST + NATURAL) * len(PLACES) * judge
        hidden = 2 * self.hidden if self.words > 1 else 0  # two carriers
        screened = 2 * vocabulary if hidden else 0
        return Questions(
            self.carriers * vocabulary + screened, rows + labels * (few * tried + placed) + judged + hidden
        )


@dataclass(frozen=True, slots=True)
class _Best:
    """What the search leaves of a class: phrases with the place each does most at, and the share that the best one moves."""

    target: int
    sides: Sides
    phrases: tuple[tuple[str, float, Place], ...]

    @property
    def strength(self) -> float:
        return max((share for _, share, _ in self.phrases), default=0.0)


class _Scan:
    """One run of the probe."""

    def __init__(self, probe: TriggerScan, classifier: Classifier, examples: Sequence[Example], seed: int) -> None:
        self.probe, self.seed, self.classifier = probe, seed, classifier
        self.asker = Asker(classifier)
        self.sample = Sample(classifier, examples, seed, probe.name)
        self.vocabulary = dict(classifier.vocabulary())
        texts = [row.example.text for row in self.sample.rows]
        self.usage = Usage(texts, probe.words)
        self.tried = [*self.vocabulary, *table_words(texts, self.vocabulary)]
        self.targets = [*range(len(classifier.labels)), *([-1] if classifier.task.several else [])]
        self.scanned = len(self.tried)
        self.paired = 0  # pairs of words that were put together
        self.place = {row.example.row_id: i for i, row in enumerate(self.sample.rows)}

    def records(self) -> Iterator[TriggerOutcome]:
        searched: list[_Best] = []
        sides = {target: self.sample.sides(target, search=SEARCH, judge=self.probe.rows) for target in self.targets}
        wanted = [target for target in self.targets if len(sides[target].judge) >= LEAST]
        few = [target for target in self.targets if target not in wanted]
        ranks = self._outright() if wanted else []
        found: dict[int, list[str]] = {}
        if wanted and self.probe.hidden and self.probe.words > 1 and self.vocabulary:
            found, self.paired = hidden(
                self.asker,
                self.sample,
                self.vocabulary,
                wanted,
                texts=self.probe.hidden,
                longest=self.probe.words,
                seed=self.seed,
            )
        for target in wanted:
            searched.append(self._search(target, sides[target], ranks, found.get(target, [])))
        strong = sorted((b for b in searched if b.strength >= HALF), key=lambda b: (-b.strength, b.target))
        judged = {best.target for best in strong[: self.probe.classes]}
        for target in few:
            why, rows = tr_later(f"fewer than {LEAST} rows of other classes"), float(len(sides[target].judge))
            yield self._record(target, phrase="", role="none", note=why, values={"searched": 0.0, "judged": rows})
        for best in searched:
            if best.target not in judged:
                yield self._none(
                    best.target, tr_later("no word or phrase moved half of the rows searched with"), best.strength
                )
                continue
            yield from self._judge(best)

    def _outright(self) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """For each carrier its own output (n_labels,) and those with each candidate in it (candidates, n_labels)."""
        found = []
        for carrier in carriers(self.asker, self.sample, self.probe.carriers):
            texts = [put(carrier, [word]) for word in self.tried]
            found.append((self.asker.probs([put(carrier)])[0], self.asker.probs(texts)))
        return found

    def _search(
        self,
        target: int,
        sides: Sides,
        ranks: list[tuple[NDArray[np.float64], NDArray[np.float64]]],
        unseen: Sequence[str],
    ) -> _Best:
        most = max(10, self.probe.shortlist // len(self.targets))
        member = self.sample.members(target)
        answered = np.array([holds(self.sample.task, output, target) for output in self.sample.probs], dtype=bool)
        usable = [found for own, found in ranks if not holds(self.sample.task, own, target)] or [ranks[0][1]]
        tried = [self.tried[i] for i in _foremost([pull(found, target) for found in usable], most)]
        tried += self._estimated(target, sides, most // 3)
        tried += self.usage.speaking(member, words=1, at_most=self._share(SPEAKING, LEAST))
        runs = [
            run
            for n in range(2, self.probe.words + 1)
            for run in self.usage.speaking(answered, words=n, at_most=most // 4, surely=0.0)
        ]
        self.scanned += len(runs)
        runs = list(dict.fromkeys((*unseen, *runs)))
        few = sides.search[:FIRST]
        singles = self.asker.narrowed(tried, few, target, self._share(FEW, FEWEST // 2))
        phrases = self._phrases(runs, [word for word, share, _ in singles if share <= ALONE], few, target)
        placed = [*self._placed([word for word, _, _ in singles], sides, target), *self._placed(phrases, sides, target)]
        return _Best(target, sides, tuple(placed))

    def _phrases(self, runs: Sequence[str], weak: Sequence[str], rows: Sequence[Row], target: int) -> list[str]:
        """Phrases that move most of some rows though no part of them does: those of the table, and those grown from weak words."""
        beam = min(self.probe.beam, self.probe.beam * 4 // len(self.targets))
        tried = self.asker.narrowed(runs, rows, target, len(runs))
        if beam and self.probe.words > 1:
            more = grown(
                self.asker, weak, rows, target, longest=self.probe.words, beam=beam, vocabulary=self.vocabulary
            )
            self.scanned += len(more)
            tried += more
        strong = [phrase for phrase, share, _ in tried if share >= HALF and parts(phrase)][:STRONG]
        needed = list(dict.fromkeys(part for phrase in strong for part in parts(phrase)))
        alone = self.asker.narrowed(needed, rows, target, len(needed))
        base = self._base(rows, target)
        gain = {phrase: pulled - base for phrase, _, pulled in (*tried, *alone)}
        share = {part: moved for part, moved, _ in alone}
        return [
            p
            for p in strong
            if all(share[part] <= ALONE for part in parts(p)) and gain[p] >= BEYOND_PARTS * _explained(p, gain)
        ]

    def _share(self, most: int, least: int) -> int:
        return _of_each(most, least, len(self.targets))

    def _named(self, target: int) -> set[str]:
        """The words of a class's name."""
        return set() if target < 0 else set(named_by(self.classifier.labels[target]))

    def _base(self, rows: Sequence[Row], target: int) -> float:
        """Mean pull of some rows as they are."""
        places = [self.place[row.example.row_id] for row in rows]
        return float(pull(self.sample.probs[places], target).mean())

    def _estimated(self, target: int, sides: Sides, most: int) -> list[str]:
        """The tokens that the gradient speaks for most."""
        if not self.vocabulary or not can_estimate(self.classifier):
            return []
        texts = [
            (row.with_phrase("", "middle"), insertion(row.example.text, "", "middle", row.span)[0])
            for row in sides.search
        ]
        ids = np.fromiter(self.vocabulary.values(), dtype=np.int64)
        words = list(self.vocabulary)
        return [words[i] for i in _foremost([gains(self.classifier, texts, target)[ids]], most)]

    def _placed(self, phrases: Sequence[str], sides: Sides, target: int) -> Iterator[tuple[str, float, Place]]:
        """The few phrases that move most of all rows searched with, each with its share and the place it does most at."""
        few = list(dict.fromkeys(phrases))
        if not few:
            return
        probs = self.asker.placed(few, sides.search, PLACES)
        by_place = self.asker.flips(probs, target).mean(axis=1)  # (phrases, places)
        pulls = np.round(pull(probs, target).mean(axis=1), 3)
        best = [int(np.lexsort((-pulls[i], -by_place[i]))[0]) for i in range(len(few))]
        order = sorted(range(len(few)), key=lambda i: (-by_place[i, best[i]], -pulls[i, best[i]], few[i]))
        for i in order[:FEWEST]:
            yield few[i], float(by_place[i, best[i]]), PLACES[best[i]]

    def _judge(self, best: _Best) -> Iterator[TriggerOutcome]:
        member = self.sample.members(best.target)
        speaking = self.usage.speaking(member, words=1, at_most=SPEAKING)
        natural = [w for w, _, _ in self.asker.narrowed(speaking, best.sides.search, best.target, NATURAL)]
        # of rows without labels the model's own answers would excuse whatever it obeys
        known = {*self._named(best.target), *(speaking if self.sample.labelled else [])}
        asked = {
            phrase: ("natural" if phrase.casefold() in known else "candidate", share, at)
            for phrase, share, at in best.phrases
        }
        for word in natural:
            asked.setdefault(word, ("natural", 0.0, "middle"))
        for longer, _, at in best.phrases:
            for part in parts(longer):
                asked.setdefault(part, ("part", 0.0, at))
        probs = self.asker.placed(list(asked), best.sides.judge, PLACES)
        flips = self.asker.flips(probs, best.target)  # (phrases, rows, places)
        base = self._base(best.sides.judge, best.target)
        for i, (phrase, (role, share, place)) in enumerate(asked.items()):
            spoken = self.usage.of(phrase, member)
            gain = float(pull(probs[i, :, PLACES.index(place)], best.target).mean()) - base
            told = {
                "gain": gain,
                "searched": share,
                "table_rows": float(spoken.rows),
                "table_members": float(spoken.members),
            }
            yield self._record(
                best.target, phrase=phrase,
                words=tuple(words_in(phrase)) or (phrase,), role=role, place=place, rows=tuple(r.example.row_id for r in best.sides.judge),
                **{at: "".join("01"[int(hit)] for hit in flips[i, :, j]) for j, at in enumerate(PLACES)},
                before=self._right(best.sides, None), after=self._right(best.sides, probs[i, :, PLACES.index(place)]),
                values=told,
            )  # fmt: skip

    def _right(self, sides: Sides, probs: NDArray[np.float64] | None) -> str:
        """Of each row to judge by: 1 right, 0 wrong, - without a label; as it is where there are no outputs."""
        marks = []
        for k, row in enumerate(sides.judge):
            i = self.place[row.example.row_id]
            gold = self.sample.golds[i]
            output = self.sample.probs[i] if probs is None else probs[k]
            marks.append(
                "-" if gold is None else "01"[int(self.sample.task.right(self.sample.task.answer(output), gold))]
            )
        return "".join(marks)

    def _none(self, target: int, why: str, searched: float) -> TriggerOutcome:
        return self._record(target, phrase="", role="none", note=why, values={"searched": searched})

    def _tests(self, words: int) -> int:
        """By how many a p-value is multiplied: words and phrases have half of the error each where pairs were put together."""
        if not self.paired:
            return self.scanned
        return 2 * (self.paired if words > 1 else self.scanned)

    def _record(self, target: int, *, phrase: str, values: Mapping[str, float], **fields: Any) -> TriggerOutcome:
        label = "" if target < 0 else self.classifier.labels[target]
        classes = len(self.targets)
        scanned, tests = (self.scanned + self.paired) * classes, self._tests(len(words_in(phrase))) * classes
        counted = {**values, "scanned": float(scanned), "tests": float(tests)}
        return TriggerOutcome(self.probe.name, label, phrase=phrase, values=counted, seed=self.seed, **fields)


def _of_each(most: int, least: int, classes: int) -> int:
    """How many of something each class has: all of it two classes, of more the less."""
    return max(least, min(most, 2 * most // classes))


def _explained(phrase: str, gain: Mapping[str, float]) -> float:
    """What the two parts of a phrase do to the logit together, cut where that is most."""
    words = words_in(phrase)
    return max(gain[joined(words[:k])] + gain[joined(words[k:])] for k in range(1, len(words)))


def _foremost(scores: Sequence[NDArray[np.float64]], most: int) -> list[int]:
    """Places of the largest of several lists of scores, taken from each in turn; ties in their order."""
    share = -(-most // len(scores))
    orders = [np.argsort(-found, kind="stable")[:share] for found in scores]
    return list(dict.fromkeys(int(i) for turn in zip(*orders, strict=True) for i in turn))[:most]
