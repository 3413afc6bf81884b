"""Is what is audited still what the reference table holds? Labels, answers, lengths, languages, words, and where texts lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from audit.language.saying import LANGUAGES
from audit.said import Number, Said, Value
from audit.score.frames import Frames
from audit.score.group_auc import auc
from audit.score.measurer import Measurer, absent, difference
from audit.score.measures import EVIDENCE, Measure
from audit.score.shift.distributions import contrast, counted
from audit.score.shift.distributions import told_apart as words_apart
from audit.score.shift.estimating import estimated_accuracy
from audit.score.shift.outside import Outside, outside
from audit.score.shift.sides import Side, audited_side, reference_side
from audit.score.shift.telling_apart import kernel_test, told_apart
from audit.seeds import row_generator
from audit.slices import Slice
from audit.word_kinds import says_something

LEAST = 20
"""Texts of either table from which on they are held against each other."""
PLACED = 50
"""Texts of either table, placed by the model, from which on those places are."""
USUAL, MOST = 0.1, 0.5
"""Share of the reference rows that a language has at least to count, and of the audited rows that are in such a language."""
WORDS = 20
"""Words that are told, those whose share differs most surely; only such as say something, no `the`."""


def shift(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """`label_shift`, `prediction_shift`, `language_shift`, `length_shift`, `word_shift` of words, `shift_auc`, `outside_share`,
    `outside_gap`, `estimated_accuracy`; nothing without a reference table.

    Sources: Lopez-Paz & Oquab 2017, Gretton et al. 2012, Sun et al. 2022, Garg et al. 2022, Benjamini & Hochberg 1995.
    """
    if not len(frames.of("references")):
        return
    known, audited = reference_side(frames), audited_side(frames)
    if min(len(known), len(audited)) < LEAST:
        return
    yield from _values(frames, known, audited, measurer)
    yield from _lengths(known, audited, measurer)
    yield from _words(frames)
    yield from _places(known, audited, measurer)
    yield from _estimated(known, audited, frames, measurer)


def read_alike(reference: Mapping[str, float], audited: Mapping[str, float]) -> bool:
    """Whether most audited rows are in languages that a tenth of the reference rows are in: else confidence means another thing there."""
    whole, rows = sum(reference.values()), sum(audited.values())
    there = {language for language, n in reference.items() if n >= USUAL * whole}
    return not whole or not rows or sum(n for language, n in audited.items() if language in there) >= MOST * rows


def _values(frames: Frames, known: Side, audited: Side, measurer: Measurer) -> Iterator[Measure]:
    """Labels, answers and languages."""
    pairs: dict[str, tuple[Mapping[str, float], Mapping[str, float]]] = {
        "label_shift": (counted(known.labels, known.weight), counted(audited.labels, audited.weight)),
        "prediction_shift": (counted(known.predicted, known.weight), counted(audited.predicted, audited.weight)),
        "language_shift": frames.compared.languages,
    }
    for name, (first, second) in pairs.items():
        found = contrast(first, second, row_generator(measurer.seed, "shift", name))
        if found is None or min(found.reference.sum(), found.audited.sum()) < LEAST:
            continue
        value, before, now = found.most
        said: Value = Said(LANGUAGES, {"codes": value}) if name == "language_shift" else value
        shares: dict[str, Value] = {"value": said, "reference": Number(before), "audited": Number(now)}
        yield measurer.replicated(
            name, found.distance, rows=found.audited.sum(),
            notes=(
                Said("note.shift_most", shares),
                Said("note.shift_test", {"p": Number(found.p, "p_value"), "psi": Number(found.psi, "plain")}),
            ),
            context={"p_value": found.p, "psi": found.psi, "most": value, "reference": before, "audited": now},
        )  # fmt: skip


def _lengths(known: Side, audited: Side, measurer: Measurer) -> Iterator[Measure]:
    both = [side.lengths[side.lengths >= 0] for side in (known, audited)]
    weights = [side.weight[side.lengths >= 0] for side in (known, audited)]
    if min(map(len, both)) < LEAST:
        return
    made = auc(both[1], both[0], weights[1], weights[0], resamples=measurer.resamples)
    medians = [float(np.median(np.repeat(x, w.astype(int)))) for x, w in zip(both, weights, strict=True)]
    yield measurer.replicated(
        "length_shift", made, basis="mover", rows=float(weights[1].sum()), texts=float(len(both[0]) + len(both[1])),
        notes=(Said("note.length_medians", {"reference": round(medians[0]), "audited": round(medians[1])}),),
        context={"reference": medians[0], "audited": medians[1]},
    )  # fmt: skip


def _words(frames: Frames) -> Iterator[Measure]:
    words, rows = frames.compared.words, (frames.compared.taken, frames.compared.audited)
    found = words_apart(words, rows)
    for word, _, p in [one for one in found if says_something(one[0])][:WORDS]:
        first, second = ((float(side.get(word, 0)), float(n)) for side, n in zip(words, rows, strict=True))
        yield difference(
            "word_shift", first, second, where=Slice(word=word),
            notes=(Said("note.word_apart", {"p": Number(p, "p_value"), "found": len(found), "looked": len({*words[0], *words[1]})}),),
            context={"p_value": p, "reference": first[0] / first[1], "audited": second[0] / second[1], "found": len(found)},
        )  # fmt: skip


def placed_outside(known: Side, audited: Side, seed: int) -> Outside | None:
    """Which audited rows that the model places lie outside; None where too few of either table are placed."""
    first, second = known.vectors[known.placed], audited.vectors[audited.placed]
    if min(len(first), len(second)) < PLACED:
        return None
    return outside(first, second, row_generator(seed, "shift", "outside"))


def _places(known: Side, audited: Side, measurer: Measurer) -> Iterator[Measure]:
    found = placed_outside(known, audited, measurer.seed)
    if found is None:
        return
    first, second = known.vectors[known.placed], audited.vectors[audited.placed]
    told = told_apart(first, second, row_generator(measurer.seed, "shift", "classifier"))
    discrepancy, p = kernel_test(first, second, row_generator(measurer.seed, "shift", "kernel"))
    ones = [np.ones(len(scores)) for scores in (told.audited, told.reference)]
    ids = np.array(audited.ids, dtype=object)[audited.placed]
    foreign = told.audited_at[np.argsort(-told.audited, kind="stable")[:EVIDENCE]]
    yield measurer.replicated(
        "shift_auc",
        auc(told.audited, told.reference, *ones, resamples=measurer.resamples),
        basis="mover",
        rows=float(len(told.audited)),
        texts=float(len(told.audited) + len(told.reference)),
        evidence=ids[foreign],
        notes=(Said("note.kernel_test", {"mmd": Number(discrepancy, "plain"), "p": Number(p, "p_value")}),),
        context={"mmd": discrepancy, "p_value": p},
    )
    yield from _outside(found, ids, audited, measurer)


def _outside(found: Outside, ids: NDArray[np.object_], audited: Side, measurer: Measurer) -> Iterator[Measure]:
    weight, beyond = audited.weight[audited.placed], found.beyond
    order = np.argsort(-found.distance, kind="stable")
    usual = Number(float((found.kept_apart > found.threshold).mean()))
    yield measurer.proportion(
        "outside_share",
        beyond,
        weight,
        evidence=ids[order[beyond[order]]][:EVIDENCE],
        notes=(Said("note.outside_usual", {"usual": usual, "rows": len(found.kept_apart)}),),
        context={"threshold": found.threshold},
    )
    labelled, right = (audited.right >= 0)[audited.placed], (audited.right == 1)[audited.placed]
    sides = [labelled & beyond, labelled & ~beyond]
    if min(int(side.sum()) for side in sides) < LEAST:
        return
    out, near = ((float((right * weight)[side].sum()), float(weight[side].sum())) for side in sides)
    shares = {"outside": out[0] / out[1], "inside": near[0] / near[1]}
    yield difference(
        "outside_gap",
        out,
        near,
        evidence=ids[sides[0] & ~right][:EVIDENCE],
        notes=(Said("note.outside_right", {name: Number(share) for name, share in shares.items()}),),
        context={**shares, "rows": round(out[1])},
    )


def _estimated(known: Side, audited: Side, frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    labelled = (known.right >= 0) & np.isfinite(known.confidence)
    sure = np.isfinite(audited.confidence)
    if min(int(labelled.sum()), int(sure.sum())) < PLACED:
        return
    if not read_alike(*frames.compared.languages):
        yield absent("estimated_accuracy", Said("note.other_languages"))
        return
    right = known.right[labelled] == 1
    generator = row_generator(measurer.seed, "shift", "estimated")
    weight = audited.weight[sure]
    made, cut = estimated_accuracy(known.confidence[labelled], right, audited.confidence[sure], weight, generator)
    share = float(right.mean())
    note = Said("note.estimated", {"reference": Number(share), "cut": Number(cut)})
    yield measurer.replicated(
        "estimated_accuracy", made, rows=float(weight.sum()), notes=(note,), context={"reference": share}
    )
