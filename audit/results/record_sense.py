"""Whether a record agrees with itself: what it counts is what it holds, what it calls a probability is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from audit.changes import rebuilt
from audit.language.translating import tr_later
from audit.records import (
    AttackOutcome,
    Attribution,
    BehaviourOutcome,
    Change,
    DirectionOutcome,
    IdentityOutcome,
    PerturbationOutcome,
    Prediction,
    Record,
    SurfaceOutcome,
    TriggerOutcome,
    WordOutcome,
)
from models.task import Task

CLOSE = 2e-6
"""Records hold six digits: answers whose probabilities are this close together may have been the other way round."""


def check_record(record: Record, task: Task) -> Iterator[str]:
    """What of a record cannot be, each as a clause; nothing of one with an error, which holds nothing."""
    check = CHECKS.get(type(record))
    if check is not None and record.error is None:
        yield from check(record, task)


def _prediction(record: Prediction, task: Task) -> Iterator[str]:
    yield from _shares((record.probs,), task)
    fits = len(record.probs) == len(task.labels)
    if fits and _clear(record.probs, task) and not task.same(record.predicted or "", task.answer(record.probs)):
        yield tr_later("names another answer than its probabilities give")
    if not 0 <= record.kept <= record.tokens:
        yield tr_later("has counts that cannot be")


def _attribution(record: Attribution, task: Task) -> Iterator[str]:
    if record.target not in task.labels:
        yield tr_later("is about a label that the model does not have")
    texts = record.text, record.pair or ""
    places = [(one.segment, one.start, one.end) for one in record.tokens]
    places += [(one.segment, one.start, one.end) for one in record.words]
    for segment, start, end in places:
        if segment not in (0, 1) or not 0 <= start <= end <= len(texts[segment]):
            yield tr_later("names a word that is not in its texts")
            return


def _attack(record: AttackOutcome, task: Task) -> Iterator[str]:
    yield from _shares((record.original_probs, record.perturbed_probs), task)
    if record.perturbed_text is not None:
        yield from _rebuilt(record.text, ((record.perturbed_text, record.changes),))
    turned = _other(record.original_probs, record.perturbed_probs, task)
    if record.goal == "untargeted" and record.status == "success" and turned is False:
        yield tr_later("is stated to have turned the answer, and did not")


def _perturbation(record: PerturbationOutcome, task: Task) -> Iterator[str]:
    yield from _rebuilt(record.text, _made(record.variants))
    probs = [one.probs for one in record.variants]
    yield from _shares((record.original_probs, *probs), task)
    yield from _counted("flips", record.flips, [_other(record.original_probs, p, task) for p in probs])


def _direction(record: DirectionOutcome, task: Task) -> Iterator[str]:
    yield from _rebuilt(record.text, _made(record.variants))
    probs = [one.probs for one in record.variants]
    yield from _shares((record.original_probs, *probs), task)
    kept = [None if other is None else not other for other in (_other(record.original_probs, p, task) for p in probs)]
    yield from _counted("kept", record.kept, kept)


def _identity(record: IdentityOutcome, task: Task) -> Iterator[str]:
    yield from _rebuilt(record.text, _made(record.versions))
    yield from _shares((record.original_probs, *(one.probs for one in record.versions)), task)
    first: dict[str, Sequence[float]] = {}
    flipped = []
    for one in record.versions:
        against = first.setdefault(one.dimension, one.probs) if one.inserted else record.original_probs
        flipped.append(_other(against, one.probs, task))
    yield from _counted("flips", record.flips, flipped)
    spoken = {(one.dimension, one.before) for one in record.versions if not one.inserted}
    if len({dimension for dimension, _ in spoken}) < len(spoken):
        yield tr_later("says that the text speaks of two groups of one dimension, and swaps both")


def _surface(record: SurfaceOutcome, task: Task) -> Iterator[str]:
    yield from _shares(
        (record.original_probs, *(p for one in record.edits for p in (one.probs, one.against) if p)), task
    )


def _words(record: WordOutcome, _task: Task) -> Iterator[str]:
    said = [v for t in record.trials for v in (t.before, t.after, t.sure, t.like_turned) if v is not None]
    moved = [t.like for t in record.trials if t.like is not None]  # by how much, up or down
    if not all(0.0 <= value <= 1.0 for value in said) or not all(-1.0 <= value <= 1.0 for value in moved):
        yield tr_later("has a probability that is none")
    if not {trial.row_id for trial in record.trials} <= set(record.rows):
        yield tr_later("has a trial on a row that it does not rest on")


def _trigger(record: TriggerOutcome, task: Task) -> Iterator[str]:
    if record.target not in task.labels:
        yield tr_later("is about a label that the model does not have")
    marks = (record.start, record.middle, record.end)
    if record.role != "none" and any(len(one) != len(record.rows) or set(one) - set("01") for one in marks):
        yield tr_later("does not say of each of its rows where it goes")
    if any(one and (len(one) != len(record.rows) or set(one) - set("01-")) for one in (record.before, record.after)):
        yield tr_later("does not say of each of its rows whether it is answered right")


def _behaviour(record: BehaviourOutcome, task: Task) -> Iterator[str]:
    counts = (record.run, record.failed, record.errors, record.left_out, record.unasked, record.texts)
    if min(counts) < 0 or record.failed > record.run or len(record.cases) > record.failed:
        yield tr_later("has counts that cannot be")
    if record.failed and not record.cases:
        yield tr_later("shows none of the cases that failed")
    if any(not 0 <= case.failed < len(case.texts) for case in record.cases):
        yield tr_later("has a case whose text that failed is none of its texts")
    yield from _shares([p for one in record.cases for p in (one.first, one.probs)], task)


CHECKS: dict[type[Any], Callable[[Any, Task], Iterable[str]]] = {
    Prediction: _prediction, Attribution: _attribution, AttackOutcome: _attack, PerturbationOutcome: _perturbation,
    DirectionOutcome: _direction, IdentityOutcome: _identity, SurfaceOutcome: _surface,
    WordOutcome: _words, TriggerOutcome: _trigger, BehaviourOutcome: _behaviour,
}  # fmt: skip


def _made(some: Iterable[Any]) -> Iterator[tuple[str, Sequence[Change]]]:
    """Variants with what was changed in them; early ones did not say."""
    return ((one.text, one.changes) for one in some if one.changes)


def _rebuilt(text: str, made: Iterable[tuple[str, Sequence[Change]]]) -> Iterator[str]:
    """A fault where what is said to have been changed does not stand where it is said to, or is not all that was changed."""
    for other, changes in made:
        for c in changes:
            held = text[c.start : c.end] == c.before and other[c.new_start : c.new_end] == c.after
            if not held or min(c.start, c.new_start) < 0:
                yield tr_later("names changes that are not in its texts")
                return
        if rebuilt(text, changes) != other:
            yield tr_later("does not name all that was changed in its texts")
            return


def _shares(some: Iterable[Sequence[float]], task: Task) -> Iterator[str]:
    """A fault where probabilities are none, or not one for each label; none at all are right where nothing was asked."""
    if any(probs and (len(probs) != len(task.labels) or not all(0.0 <= p <= 1.0 for p in probs)) for probs in some):
        yield tr_later("has probabilities that are none, or not one for each label")


def _other(before: Sequence[float], after: Sequence[float], task: Task) -> bool | None:
    """Whether the second answer is another one; None where six digits do not tell, or there is none."""
    if (
        len(before) != len(task.labels)
        or len(after) != len(task.labels)
        or not (_clear(before, task) and _clear(after, task))
    ):
        return None
    return not task.same(task.answer(before), task.answer(after))


def _clear(probs: Sequence[float], task: Task) -> bool:
    """Whether another rounding would be no other answer."""
    if task.several:
        return all(abs(p - cut) > CLOSE for p, cut in zip(probs, getattr(task, "thresholds", ()), strict=False))
    top = sorted(probs)[-2:]
    return len(top) < 2 or top[1] - top[0] > CLOSE


def _counted(what: str, stated: int, found: Sequence[bool | None]) -> Iterator[str]:
    least = sum(one is True for one in found)
    if not least <= stated <= least + sum(one is None for one in found):
        yield tr_later(f"states {stated} {what} and holds {least}")
