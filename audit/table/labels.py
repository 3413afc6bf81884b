"""A table's labels matched to the model's: by name, by position, or as the user says; never by resemblance."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audit.errors import InputError
from audit.table.columns import fold

_INDEX = re.compile(r"(?:label_)?(\d+)(?:\.0+)?")
SHOWN = 10
HINTED = 50  # labels for which a similar name is looked for; it takes milliseconds each where a model has many


@dataclass(frozen=True, slots=True)
class LabelMapping:
    """Which label of the model each label of a table is.

    Attributes:
        labels: the model's labels in its order, then combinations of them where several are joined by `|`.
        mapping: label as typed -> label of the model, for those that were matched.
        unmatched: label as typed -> rows that have it, the most frequent first.
        how: what matched: "name", "index" (the label is a position, 0 to n - 1) or "chosen" (by the user, at least one).
        unused: labels of the model that no row has.
        warnings: what the user should know of it.
    """

    labels: tuple[str, ...]
    mapping: Mapping[str, str]
    unmatched: Mapping[str, int]
    how: Literal["name", "index", "chosen"]
    unused: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    model_labels: tuple[str, ...] = field(default=(), repr=False)

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
        return {typed: self.complaint(typed, hint=i < HINTED) for i, typed in enumerate(self.unmatched)}

    def complaint(self, typed: str, *, hint: bool = False) -> str:
        """The sentence for a label that was not matched, or that the mapping was not made for."""
        if not hint:
            return f"'{typed}' is not a label of the model ({_some(self.model_labels)})."
        near = difflib.get_close_matches(fold(typed), [fold(label) for label in self.model_labels], n=1, cutoff=0.75)
        original = {fold(label): label for label in self.model_labels}
        end = f"; did you mean '{original[near[0]]}'?" if near else "."
        return f"'{typed}' is not a label of the model ({_some(self.model_labels)}){end}"


def match_labels(
    found: Mapping[str, int] | Iterable[str],
    model_labels: Sequence[str],
    *,
    chosen: Mapping[str, str] | None = None,
    multi_label: bool = False,
) -> LabelMapping:
    """Match a table's labels (`table.label_counts`) to a model's.

    A label matches by its exact name, else by its name trimmed and case-folded if that is unambiguous. If no label matches
    by name, and every one of them is a number (`1`, `1.0`, `LABEL_1`), they are positions in the model's order.

    Args:
        found: labels as typed with their rows, or just the labels.
        model_labels: the model's labels, in the order of its head.
        chosen: label as typed -> label of the model, as the user decided; goes before everything else.
        multi_label: whether a cell may join several labels by `|`.

    Raises:
        InputError: `chosen` names a label the model does not have.
    """
    counts = dict(found) if isinstance(found, Mapping) else dict.fromkeys(found, 1)
    labels, chosen = tuple(model_labels), dict(chosen or {})
    for typed, label in chosen.items():
        if label not in labels:
            raise InputError(f"'{typed}' was mapped to '{label}', which is not a label of the model ({_some(labels)}).")
    matcher = _Matcher(labels)
    mapping = {typed: chosen.get(typed) or matcher.match(typed, multi_label) for typed in counts}
    how: Literal["name", "index", "chosen"] = "chosen" if chosen.keys() & counts.keys() else "name"
    warnings: tuple[str, ...] = ()
    if counts and not any(mapping.values()):
        by_index = _by_index(counts, labels)
        if by_index is not None:
            mapping, how = dict(by_index), "index"
            pairs = ", ".join(f"{typed} = {label}" for typed, label in sorted(by_index.items())[:SHOWN])
            warnings = (f"The labels are numbers and were taken as positions in the model's labels: {pairs}.",)
    matched = {typed: label for typed, label in mapping.items() if label is not None}
    combinations = [label for label in dict.fromkeys(matched.values()) if label not in labels]
    unmatched = {typed: counts[typed] for typed in sorted(counts, key=lambda t: -counts[t]) if typed not in matched}
    used = {part for label in matched.values() for part in (label.split("|") if multi_label else [label])}
    unused = tuple(label for label in labels if label not in used)
    return LabelMapping((*labels, *combinations), matched, unmatched, how, unused, warnings, labels)


class _Matcher:
    """Exact names, and folded names that only one label of the model has."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        folded = Counter(fold(label) for label in labels)
        self._folded = {fold(label): label for label in labels if folded[fold(label)] == 1}

    def match(self, typed: str, multi_label: bool) -> str | None:
        """One label, or several joined in the model's order."""
        direct = self._one(typed)
        if direct is not None or not multi_label:
            return direct
        parts = {self._one(part) for part in typed.split("|")}
        return None if None in parts else "|".join(label for label in self._labels if label in parts)

    def _one(self, typed: str) -> str | None:
        return typed if typed in self._labels else self._folded.get(fold(typed))


def _by_index(counts: Iterable[str], labels: Sequence[str]) -> dict[str, str] | None:
    found = {}
    for typed in counts:
        match = _INDEX.fullmatch(fold(typed))
        if match is None or int(match.group(1)) >= len(labels):
            return None
        found[typed] = labels[int(match.group(1))]
    return found


def _some(labels: Sequence[str]) -> str:
    shown = ", ".join(labels[:SHOWN])
    return shown if len(labels) <= SHOWN else f"{shown} and {len(labels) - SHOWN} more"
