"""The smallest change that flips the prediction: words to delete or mask, found greedily, thinned out and verified."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from audit.errors import ProbeUnavailable
from audit.explain.rows import Removal, Row, cannot_mask, prepare
from audit.explain.running import Engine
from audit.explain.steps import Steps, masked
from audit.records import Change, Example
from audit.words import Word
from models.classifier import Classifier, GradientClassifier


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What was found for one text.

    Attributes:
        row_id, text, pair: the row.
        removal: `delete` or `mask`.
        words: the removed words, in reading order; those whose removal came closest, where `flips` is False.
        before, after: label the model gives to the text, and to the text without the words.
        before_probs, after_probs: its probabilities, (n_labels,).
        flips: whether the labels differ.
        verified: the model was asked once more, for `delete` on the new text as typed, tokenized afresh, for `mask` on
            exactly these token ids, and gave `after`.
        minimal: putting back any single word undoes the flip. There may still be another, smaller set.
        new_text, new_pair: the text without the words, for `delete` only.
        changes: the deletions as edits of `text`, for `delete` only.
        evaluations: model evaluations used.
    """

    row_id: str
    text: str
    pair: str | None
    removal: Removal
    words: tuple[Word, ...]
    before: str
    after: str
    before_probs: tuple[float, ...]
    after_probs: tuple[float, ...]
    flips: bool
    verified: bool
    minimal: bool
    new_text: str | None
    new_pair: str | None
    changes: tuple[Change, ...]
    evaluations: int


def smallest_change(classifier: Classifier, example: Example, *, removal: Removal = "delete") -> Counterfactual:
    """The fewest words, as far as a greedy search finds, whose removal changes what the model says.

    Words are removed one by one, always the one that most lowers the lead of the prediction; then every word that is
    not needed is put back. With `delete`, the search works on token ids and the text so found is tokenized afresh; where
    that does not flip, the search goes on.

    Raises:
        ProbeUnavailable: the model has no token ids to remove, or nothing to mask them with.
        Exception: whatever made the text unreadable to the model.
    """
    if not classifier.capabilities.tokens or not isinstance(classifier, GradientClassifier):
        raise ProbeUnavailable("This model has no token ids, so words cannot be removed; use an attack instead.")
    if removal == "mask" and (reason := cannot_mask(classifier)):
        raise ProbeUnavailable(f"Words cannot be masked: {reason}.")
    engine = Engine(classifier)
    (row,) = prepare(classifier, [example], seed=0)
    if isinstance(row, Exception):
        raise row
    return engine.one(_steps(row, removal, engine))


def _steps(row: Row, removal: Removal, engine: Engine) -> Steps[Counterfactual]:
    own = row.answer(row.logits)
    keep, logits = np.ones(len(row.words), dtype=bool), row.logits
    while True:
        keep, logits = yield from _greedy(row, keep, logits, own, removal)
        if row.says(logits, own):
            return _found(row, keep, logits, removal, engine, verified=False, minimal=False)
        thinned, thinned_logits, minimal = yield from _thinned(row, keep, logits, own, removal)
        checked = None
        for tried, its_logits, least in ((thinned, thinned_logits, minimal), (keep, logits, False)):
            checked = yield from _verified(row, tried, its_logits, removal)
            if checked is not None and not row.says(checked, own):
                return _found(row, tried, checked, removal, engine, verified=True, minimal=least)
        keep, logits, stuck = yield from _one_more(row, keep, logits, own, removal)
        if stuck:
            last = row.logits if checked is None else checked
            return _found(row, keep, last, removal, engine, verified=False, minimal=False)


def _greedy(
    row: Row, keep: NDArray[np.bool_], logits: NDArray[np.float32], own: str, removal: Removal
) -> Steps[tuple[NDArray[np.bool_], NDArray[np.float32]]]:
    """Remove words until the prediction flips or none is left."""
    while keep.any() and row.says(logits, own):
        keep, logits, stuck = yield from _one_more(row, keep, logits, own, removal)
        if stuck:
            break
    return keep, logits


def _one_more(
    row: Row, keep: NDArray[np.bool_], logits: NDArray[np.float32], own: str, removal: Removal
) -> Steps[tuple[NDArray[np.bool_], NDArray[np.float32], bool]]:
    """Remove the word that lowers the lead of the prediction most; says whether there was none to remove."""
    left = np.flatnonzero(keep)
    lone = removal == "delete" and len(left) == 1 and row.kept_tokens(np.zeros((1, len(keep)), dtype=bool)).sum() == 0
    if not len(left) or lone:  # a model without special tokens must be left one token
        return keep, logits, True
    masks = np.repeat(keep[None], len(left), axis=0)
    masks[np.arange(len(left)), left] = False
    found = yield from masked(row, masks, removal)
    best = int(np.argmin(np.round(_lead(row, found, own), 6)))
    return masks[best], found[best], False


def _thinned(
    row: Row, keep: NDArray[np.bool_], logits: NDArray[np.float32], own: str, removal: Removal
) -> Steps[tuple[NDArray[np.bool_], NDArray[np.float32], bool]]:
    """Put back, one at a time, the word whose return keeps the flip by the widest margin, until every word is needed."""
    while True:
        gone = np.flatnonzero(~keep)
        masks = np.repeat(keep[None], len(gone), axis=0)
        masks[np.arange(len(gone)), gone] = True
        found = yield from masked(row, masks, removal)
        still = np.array([not row.says(one, own) for one in found])
        if not still.any() or len(gone) == 1:
            return keep, logits, not still.any()
        leads = np.where(still, np.round(_lead(row, found, own), 6), np.inf)
        keep, logits = masks[int(np.argmin(leads))], found[int(np.argmin(leads))]


def _verified(
    row: Row, keep: NDArray[np.bool_], logits: NDArray[np.float32], removal: Removal
) -> Steps[NDArray[np.float32] | None]:
    """What the model says of the new text as typed; for masks, of the very ids, which is what was evaluated."""
    yield from ()
    if removal == "mask":
        return logits
    text, pair, _ = _without(row, keep)
    (fresh,) = prepare(row.classifier, [replace(row.example, text=text, pair=pair)], seed=row.seed)
    return None if isinstance(fresh, Exception) else fresh.logits


def _found(
    row: Row,
    keep: NDArray[np.bool_],
    logits: NDArray[np.float32],
    removal: Removal,
    engine: Engine,
    *,
    verified: bool,
    minimal: bool,
) -> Counterfactual:
    text, pair, changes = _without(row, keep) if removal == "delete" else (None, None, ())
    before, after = (row.classifier.probabilities(one[None])[0] for one in (row.logits, logits))
    said = row.answer(row.logits), row.answer(logits)
    return Counterfactual(
        row_id=row.example.row_id,
        text=row.example.text,
        pair=row.example.pair,
        removal=removal,
        words=tuple(row.words[i] for i in np.flatnonzero(~keep)),
        before=said[0],
        after=said[1],
        before_probs=tuple(round(float(p), 6) for p in before),
        after_probs=tuple(round(float(p), 6) for p in after),
        flips=not row.classifier.task.same(*said),
        verified=verified,
        minimal=minimal,
        new_text=text,
        new_pair=pair,
        changes=changes,
        evaluations=engine.evaluations + 1,
    )


def _without(row: Row, keep: NDArray[np.bool_]) -> tuple[str, str | None, tuple[Change, ...]]:
    """The row's texts without the words that are not kept, and the deletions; edits of the pair are not listed."""
    gone = [row.words[i] for i in np.flatnonzero(~keep)]
    text, changes = _deleted(row.example.text, [word for word in gone if word.segment == 0])
    if row.example.pair is None:
        return text, None, changes
    return text, _deleted(row.example.pair, [word for word in gone if word.segment == 1])[0], changes


def _deleted(text: str, words: list[Word]) -> tuple[str, tuple[Change, ...]]:
    """Delete words with the blank before each, so that no double blanks are left behind; the rest stays as typed."""
    pieces: list[str] = []
    changes: list[Change] = []
    at = 0
    for word in words:
        start = word.start
        while start > at and text[start - 1].isspace():
            start -= 1
        if start == at and not any(pieces):  # nothing is left before it: the blank after it goes
            end = word.end
            while end < len(text) and text[end].isspace():
                end += 1
        else:
            end = word.end
        pieces.append(text[at:start])
        place = sum(map(len, pieces))
        changes.append(Change(start, end, text[start:end], place, place, ""))
        at = end
    return "".join([*pieces, text[at:]]), tuple(changes)


def _lead(row: Row, logits: NDArray[np.float32], own: str) -> NDArray[np.float64]:
    """How far the prediction is from changing, (n,)."""
    return row.classifier.task.lead(logits, own)
