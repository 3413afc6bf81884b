"""A table's labels matched to the model's: by name, by position, or as the user says; what only resembles is proposed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audit.errors import InputError
from audit.language.translating import tr_later
from audit.table.label_cells import Cell, Find, longest_name, read_cell
from audit.table.label_likeness import alike
from audit.table.label_names import Names
from audit.table.label_readings import Reading, reading, shifted, truth_named
from models.label_sets import NONE, SIGN, join_labels

SHOWN = 10
HINTED = 50  # labels for which one that resembles them is looked for; it takes milliseconds each where a model has many


@dataclass(frozen=True, slots=True)
class LabelMapping:
    """Which label of the model each label of a table is.

    Attributes:
        labels: the model's labels in its order, then combinations of them where several are joined by `|`.
        mapping: label as typed -> label of the model, for those that were matched.
        unmatched: label as typed -> rows that have it, the most frequent first.
        how: what matched: "name", "index" (the label is a position, 0 to n - 1: a guess) or "chosen" (by the user, at least one).
        unused: labels of the model that no row has.
        warnings: what the user should know of it.
        proposed: what labels may mean that no name explains: label as typed (one of a cell of several) -> label of the
            model. In use where `how` is "index"; else these labels are unmatched until the user says so.
        why: what speaks for it, as a clause; empty where they resemble a label of the model.
        unknown: cell that was not matched -> the label in it that no name explains.
    """

    labels: tuple[str, ...]
    mapping: Mapping[str, str]
    unmatched: Mapping[str, int]
    how: Literal["name", "index", "chosen"]
    unused: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    proposed: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    model_labels: tuple[str, ...] = field(default=(), repr=False)
    unknown: Mapping[str, str] = field(default_factory=dict)

    def label_of(self, typed: str) -> str | None:
        """The model's label, None if it was not matched."""
        return self.mapping.get(typed)

    def changed(self) -> dict[str, str]:
        """Labels whose names differ from the model's: what the mapping adds to the file."""
        return {typed: label for typed, label in self.mapping.items() if typed != label}

    def recode(self, typed: Sequence[str]) -> NDArray[np.int32]:
        """For each label as typed the index into `labels`, -1 if not matched; one more -1 at the end, for no label."""
        index = {label: i for i, label in enumerate(self.labels)}
        found = [index[self.mapping[label]] if label in self.mapping else -1 for label in typed]
        return np.array([*found, -1], dtype=np.int32)

    def complaints(self) -> dict[str, str]:
        """For each label that was not matched its sentence; the most frequent ones with the name they may have meant."""
        return {typed: self.complaint(typed) for typed in self.unmatched}

    def complaint(self, typed: str) -> str:
        """The sentence for a label that was not matched, or that the mapping was not made for."""
        if typed == NONE:
            return tr_later(
                "the row says that none of the labels is right ('|', or an empty list), but the model gives every text one; "
                "leave the cell empty (null) where nobody knows."
            )
        part = self.unknown.get(typed, typed)
        said = f"'{part}'" if part == typed else f"'{part}' in '{typed}'"
        fault = tr_later(f"{said} is not a label of the model ({_some(self.model_labels)})")
        if part in self.proposed and self.why:
            return tr_later(f"{fault}; did you mean '{self.proposed[part]}' ({self.why})? Say so (--map).")
        return tr_later(f"{fault}; did you mean '{self.proposed[part]}'?") if part in self.proposed else f"{fault}."


def match_labels(
    found: Mapping[str, int] | Iterable[str],
    model_labels: Sequence[str],
    *,
    chosen: Mapping[str, str] | None = None,
    multi_label: bool = False,
) -> LabelMapping:
    r"""Match a table's labels (`table.label_counts`) to a model's.

    A label matches by its exact name, else by its name with white space, Unicode form, case or the spelling of a number
    (`4.0` for `4`) apart, if that is unambiguous. If no label of the column matches by name, and every one of them is a
    number (`1`, `1.0`, `LABEL_1`), they are positions in the model's order, with a warning; where something speaks
    against that (the model's names hold numbers, the column counts from 1) they are left unmatched with a proposal. So
    are labels that resemble one of the model's: a letter apart, another form of the word, the same in other words.

    Args:
        found: labels as typed with their rows, or just the labels.
        model_labels: the model's labels, in the order of its head.
        chosen: label as typed (a cell, or one label in it) -> label of the model, as the user decided; goes before
            everything else. What no row has is of no account.
        multi_label: whether a cell may join several labels by `|`, or say by `|` alone that none is right; `\|` is that
            sign inside a name.

    Raises:
        InputError: `chosen` names a label the model does not have.
    """
    counts = dict(found) if isinstance(found, Mapping) else dict.fromkeys(found, 1)
    labels, chosen = tuple(model_labels), dict(chosen or {})
    names = Names(labels)
    apart = longest_name(labels) if multi_label else 0
    cells = _cells(counts, lambda typed: chosen.get(typed) or names.find(typed), apart, chosen)
    typed = list(dict.fromkeys(part for cell in cells.values() for part, _ in cell.parts))
    used = [label for label in typed if label in chosen]
    for label in used:
        if chosen[label] not in labels:
            raise InputError(
                f"'{label}' was mapped to '{chosen[label]}', which is not a label of the model ({_some(labels)})."
            )
    how: Literal["name", "index", "chosen"] = "chosen" if used else "name"
    known = {part: label for cell in cells.values() for part, label in cell.parts}
    guess, warnings = _guess(typed, known, labels, cells), _unclear(cells)
    if guess.sure:
        how, warnings = "index", (*warnings, _positions_warning(guess.mapping))
        cells = _cells(counts, guess.mapping.get, apart)
    if guess.why and not guess.sure and any(known.values()):
        warnings = (
            *warnings,
            tr_later(f"In the column of labels {guess.why}; those that are names of the model's were read as such."),
        )
    read = {cell: found.labels(labels) for cell, found in cells.items()}
    matched = {cell: join_labels(several, labels) or NONE for cell, several in read.items() if several is not None}
    unmatched = {cell: counts[cell] for cell in sorted(counts, key=lambda c: -counts[c]) if cell not in matched}
    unknown = {cell: next((part for part, label in cells[cell].parts if label is None), cell) for cell in unmatched}
    open_ = typed if guess.sure else list(unknown.values())
    proposed = {part: guess.mapping[part] for part in open_ if part in guess.mapping}
    why = guess.why if proposed else ""
    if not proposed:
        likely = {part: alike(part, labels) for part in list(dict.fromkeys(open_))[:HINTED]}
        proposed = {part: label for part, label in likely.items() if label is not None}
    present = {label for several in read.values() for label in several or ()}
    return LabelMapping(
        labels=(*labels, *(label for label in dict.fromkeys(matched.values()) if label not in labels)),
        mapping=matched,
        unmatched=unmatched,
        how=how,
        unused=tuple(label for label in labels if label not in present),
        warnings=warnings,
        proposed=proposed,
        why=why,
        model_labels=labels,
        unknown=unknown,
    )


def _cells(counts: Iterable[str], find: Find, apart: int, whole: Collection[str] = ()) -> dict[str, Cell]:
    """Each cell read: taken apart for names of up to `apart` pieces (0: never), and never where it is one of `whole`."""
    return {
        typed: read_cell(typed, find, apart) if apart and typed not in whole else Cell(((typed, find(typed)),))
        for typed in counts
    }


def _guess(
    typed: Sequence[str], known: Mapping[str, str | None], labels: Sequence[str], cells: Mapping[str, Cell]
) -> Reading:
    """What the labels that no name explains may mean: positions only where names explain none of them."""
    open_ = [label for label in typed if known[label] is None]
    if len(open_) == len(typed):
        twice = any(len({part for part, _ in cell.parts}) < len(cell.parts) for cell in cells.values())
        return Reading() if twice else reading(typed, labels)  # `0|1|0` is one sign per label, not positions
    truths = {label: truth_named(label, labels) for label in open_}
    if open_ and all(truths.values()):
        return Reading(
            {k: v for k, v in truths.items() if v is not None}, why=tr_later("they say the same in other words")
        )
    return shifted(typed, labels) if open_ else Reading()


def _positions_warning(mapping: Mapping[str, str]) -> str:
    pairs = [f"{typed} = {label}" for typed, label in sorted(mapping.items(), key=lambda item: (len(item[0]), item))]
    more = tr_later(f" and {len(pairs) - SHOWN} more") if len(pairs) > SHOWN else ""
    said = tr_later(
        f"The labels are numbers and were taken as positions in the model's labels: {', '.join(pairs[:SHOWN])}{more}."
    )
    return tr_later(f"{said} That is a guess: confirm it, or say what they are (--map).")


def _unclear(cells: Mapping[str, Cell]) -> tuple[str, ...]:
    parts = list(dict.fromkeys(cell.unclear for cell in cells.values() if cell.unclear is not None))
    return tuple(
        tr_later(
            f"'{part}' was read as the one label of this name, though its parts are labels too; end the cell with '{SIGN}' "
            "where they are meant."
        )
        for part in parts[:SHOWN]
    )


def _some(labels: Sequence[str]) -> str:
    shown = ", ".join(labels[:SHOWN])
    return shown if len(labels) <= SHOWN else tr_later(f"{shown} and {len(labels) - SHOWN} more")
