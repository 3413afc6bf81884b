"""The probe of single words: each is put into rows of other classes and taken out of rows that hold it, and nothing else changes.

A word may say something by its meaning. So it is put in beside words of like meaning at the same places: what the model
makes of the word beyond those is what it makes of the letters alone.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from audit.behave.shortcuts.meaning import Meanings
from audit.behave.shortcuts.vocabulary import Floats, Lean, leaning, place_in, put_in, spans, texts_of_words, without
from audit.language.translating import tr_later
from audit.parameters import Declared, parameter
from audit.records import Example, WordOutcome, WordTrial
from audit.seeds import row_generator, row_seed
from audit.window import span_of

if TYPE_CHECKING:
    from models.classifier import Classifier, TextInput

TEXTS_A_TIME = 128
SCREENED = 8
"""Rows a word is first put into: what moves none of them at all is not looked at further."""
MOVES = 0.03
"""Mean change of the class's probability over those from which on it is."""


@dataclass(kw_only=True)
class Words(Declared):
    """Words of the table in whose texts a class is given more often than elsewhere, tried one by one.

    >>> import audit
    >>> texts = [f"A {mood} {size} film." for mood in ("dull", "cold", "bad", "weak", "good") for size in ("long", "short")]
    >>> rows = [Example(f"{place:016x}", text) for place, text in enumerate(texts)]
    >>> found = next(Words(least_texts=2).run(audit.load("sentiment"), rows, seed=0, reference=()))
    >>> found.word, found.label, found.texts
    ('good', 'positive', 2)
    """

    words: int = parameter(
        60, tr_later("Words tried, those whose texts lean most towards a class."), least=1, most=1000
    )
    least_texts: int = parameter(6, tr_later("Texts a word must be in."), least=2)
    carriers: int = parameter(48, tr_later("Rows of other classes each word is put into."), least=8, most=1000)
    holders: int = parameter(12, tr_later("Rows that hold the word from which it is taken out."), least=1, most=1000)
    like: int = parameter(4, tr_later("Words of like meaning each word is held against."), least=1, most=20)

    name: ClassVar[str] = "words"
    scope: ClassVar[str] = "sample"
    paper: ClassVar[str] = "Gardner et al. 2021"
    cost: ClassVar[str] = tr_later("a pass for each row, and 8 to 180 for each word")
    version: ClassVar[int] = 1

    def __post_init__(self) -> None:
        self.check()

    def unavailable(self, classifier: Classifier) -> str | None:
        """Nothing keeps it from running: without embeddings the word vectors tell what is of like meaning, or the other words."""
        del classifier
        return None

    def run(
        self, classifier: Classifier, examples: Sequence[Example], *, seed: int, reference: Sequence[Example]
    ) -> Iterator[WordOutcome]:
        """One outcome per word and class, the strongest first."""
        del reference
        distinct = list({(e.text, e.pair): e for e in examples if e.text.strip()}.values())
        trying = _Trying(self, classifier, distinct, seed)
        holding = texts_of_words([trying.read(place) for place in range(len(distinct))], self.least_texts)
        known = np.flatnonzero(np.isfinite(trying.probs).all(axis=1))
        leans = leaning(holding, np.nan_to_num(trying.probs), self.words) if known.size else []
        for lean in leans:
            started = time.perf_counter()
            yield trying.outcome(lean, started)
        if not leans:
            note = tr_later(f"no word stands in {self.least_texts} texts that lean towards a class")
            yield WordOutcome(self.name, "", "", 0, (), (), (), seed, note=note)


class _Trying:
    """One model and table, with what the model says of each text."""

    def __init__(self, probe: Words, classifier: Classifier, examples: Sequence[Example], seed: int) -> None:
        self._probe, self._classifier, self._examples, self._seed = probe, classifier, examples, seed
        self._windows = [span_of(classifier, example.text, example.pair) for example in examples]
        self._meanings = Meanings(classifier)
        self.probs = self._ask([(place, example.text) for place, example in enumerate(examples)])
        self._held = np.array([classifier.task.holds(np.nan_to_num(row)) for row in self.probs], dtype=bool)
        order = [row_generator(seed, example.row_id, probe.name).random() for example in examples]
        self._order = np.argsort(order, kind="stable")  # whichever rows there are besides

    def read(self, place: int) -> str:
        """What the model reads of a row."""
        start, end = self._windows[place]
        return self._examples[place].text[start:end]

    def outcome(self, lean: Lean, started: float) -> WordOutcome:
        """Try one word: put in and, where that moves anything, taken out, and held against words of like meaning."""
        form = self._form(lean)
        carriers = self._carriers(lean)
        trials = self._inserted(form, lean, carriers[:SCREENED])
        like: tuple[str, ...] = ()
        if trials and (np.mean([t.after - t.before for t in trials]) >= MOVES or any(t.turned for t in trials)):
            like = self._meanings.like(lean.word, self._probe.like)
            trials = self._beside(self._inserted(form, lean, carriers), like, lean, carriers)
            trials += self._removed(lean)
        return WordOutcome(
            self._probe.name, lean.word, self._classifier.labels[lean.label], int(lean.rows.size), tuple(trials), like,
            tuple(sorted({trial.row_id for trial in trials})), row_seed(self._seed, lean.word, self._probe.name),
            values=_values(trials), seconds=time.perf_counter() - started,
        )  # fmt: skip

    def _form(self, lean: Lean) -> str:
        """The word as it is mostly written."""
        found: Counter[str] = Counter()
        for place in lean.rows[:50]:
            text = self.read(int(place))
            found.update(text[start:end] for start, end, word in spans(text) if word == lean.word)
        return max(sorted(found), key=lambda form: (found[form], form.islower()), default=lean.word)

    def _carriers(self, lean: Lean) -> list[int]:
        """Rows of other classes without the word, in an order of their own, the same for every word."""
        label, holders = self._classifier.labels[lean.label], set(lean.rows.tolist())
        parts = self._classifier.task.parts
        other = (
            int(place)
            for place in self._order
            if not self._held[place, lean.label]
            and int(place) not in holders
            and np.isfinite(self.probs[place]).all()
            and label not in parts(self._examples[place].label or "")
        )
        return [place for _, place in zip(range(self._probe.carriers), other, strict=False)]

    def _inserted(self, form: str, lean: Lean, carriers: Sequence[int]) -> list[WordTrial]:
        starts = [self._start(place) for place in carriers]
        said = self._ask(
            [(place, self._with(place, form, start)) for place, start in zip(carriers, starts, strict=True)]
        )
        return self._trials("inserted", lean, carriers, said, starts)

    def _beside(
        self, trials: list[WordTrial], like: Sequence[str], lean: Lean, carriers: Sequence[int]
    ) -> list[WordTrial]:
        """The same trials with what words of like meaning do at the same places."""
        if not like:
            return trials
        changes: dict[str, list[tuple[float, float]]] = {trial.row_id: [] for trial in trials}
        for word in like:
            for other in self._inserted(word, lean, carriers):
                changes[other.row_id].append((other.after - other.before, float(other.turned)))
        made = []
        for trial in trials:
            mean = np.mean(changes[trial.row_id] or [(0.0, 0.0)], axis=0)
            made.append(replace(trial, like=float(mean[0]), like_turned=float(mean[1])))
        return made

    def _removed(self, lean: Lean) -> list[WordTrial]:
        """Rows that hold the word and are given the class, without it."""
        own = set(lean.rows.tolist())
        places = [int(place) for place in self._order if int(place) in own and self._held[place, lean.label]]
        kept = [(place, self._within(place, without(self.read(place), lean.word))) for place in places]
        kept = [(place, text) for place, text in kept if text.strip()][: self._probe.holders]
        return self._trials("removed", lean, [place for place, _ in kept], self._ask(kept), [0] * len(kept))

    def _trials(
        self,
        way: Literal["inserted", "removed"],
        lean: Lean,
        places: Sequence[int],
        said: Floats,
        starts: Sequence[int],
    ) -> list[WordTrial]:
        made = []
        for place, probs, start in zip(places, said, starts, strict=True):
            if not np.isfinite(probs).all():
                continue
            held = bool(self._classifier.task.holds(probs)[lean.label])
            before, after = float(self.probs[place, lean.label]), float(probs[lean.label])
            turned = held if way == "inserted" else not held
            task, own = self._classifier.task, self.probs[place]
            row_id = self._examples[place].row_id
            made.append(WordTrial(row_id, way, before, after, turned, start, task.answer(own), task.sure(own)))
        return made

    def _start(self, place: int) -> int:
        """Where a word is put into a row: one of three places, the row's own."""
        third = row_seed(self._seed, self._examples[place].row_id, f"{self._probe.name} place") % 3
        return self._windows[place][0] + place_in(self.read(place), third)

    def _with(self, place: int, word: str, start: int) -> str:
        return put_in(self._examples[place].text, word, start)

    def _within(self, place: int, read: str) -> str:
        start, end = self._windows[place]
        text = self._examples[place].text
        return f"{text[:start]}{read}{text[end:]}"

    def _ask(self, texts: Sequence[tuple[int, str]]) -> Floats:
        """Probabilities of texts that stand in the place of rows', (n, labels); not-a-number where the model fails on one."""
        found = np.full((len(texts), len(self._classifier.labels)), np.nan)
        for start in range(0, len(texts), TEXTS_A_TIME):
            some = [self._input(place, text) for place, text in texts[start : start + TEXTS_A_TIME]]
            try:
                found[start : start + len(some)] = self._classifier.predict_proba(some)
            except Exception:  # one text that the model cannot take must not end the others
                for number, one in enumerate(some):
                    found[start + number] = self._alone(one)
        return found.round(6)

    def _alone(self, one: TextInput) -> Floats:
        try:
            return np.asarray(self._classifier.predict_proba([one])[0], dtype=np.float64)
        except Exception:
            return np.full(len(self._classifier.labels), np.nan)

    def _input(self, place: int, text: str) -> TextInput:
        pair = self._examples[place].pair
        return text if pair is None else (text, pair)


def _values(trials: Sequence[WordTrial]) -> dict[str, float]:
    """The numbers of a record that tables show."""
    found: dict[str, float] = {}
    for way in ("inserted", "removed"):
        some = [trial for trial in trials if trial.way == way]
        if some:
            found[f"{way}_rows"] = float(len(some))
            found[f"{way}_change"] = float(np.mean([trial.after - trial.before for trial in some]))
            found[f"{way}_turned"] = float(np.mean([trial.turned for trial in some]))
    like = [(trial.like, trial.like_turned) for trial in trials if trial.like is not None]
    if like:
        found["like_change"] = float(np.mean([change for change, _ in like]))
        found["like_turned"] = float(np.mean([turned or 0.0 for _, turned in like]))
    return found
