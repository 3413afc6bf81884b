"""Training data: a strict CSV reader, label order, and a stratified split drawn from a seed."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.errors import TrainingError


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """Texts with the position of each one's label, and where they came from."""

    texts: tuple[str, ...]
    targets: tuple[int, ...]
    source: str
    sha256: str

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, positions: Sequence[int]) -> LabelledTexts:
        """The rows at `positions`, in that order."""
        texts = tuple(self.texts[i] for i in positions)
        return LabelledTexts(texts, tuple(self.targets[i] for i in positions), self.source, self.sha256)


def read_labels(path: Path, label_column: str) -> tuple[str, ...]:
    """The distinct labels of a CSV, sorted (numbers as numbers).

    Raises:
        TrainingError: the file or the column cannot be read, there are fewer than two labels, or two differ in case alone.
    """
    labels = {row[label_column].strip() for row in _rows(path, (label_column,))}
    if len(labels) < 2:
        raise TrainingError(
            f"{path.name}: column '{label_column}' holds {len(labels)} label; training needs two or more."
        )
    alike: dict[str, str] = {}
    for label in sorted(labels):
        other = alike.setdefault(label.casefold(), label)
        if other != label:
            raise TrainingError(
                f"{path.name}: the labels '{other}' and '{label}' differ in case alone; write them alike, or call one otherwise."
            )
    if all(label.lstrip("-").isdigit() for label in labels):
        return tuple(sorted(labels, key=int))
    return tuple(sorted(labels))


def read_texts(path: Path, text_column: str, label_column: str, labels: Sequence[str]) -> LabelledTexts:
    """Read a CSV of texts and labels.

    Raises:
        TrainingError: unreadable file, missing column, empty text or unknown label, with its line.
    """
    order = {label: position for position, label in enumerate(labels)}
    texts, targets = [], []
    for line, row in enumerate(_rows(path, (text_column, label_column)), start=2):
        text, label = row[text_column], row[label_column].strip()
        if not text.strip():
            raise TrainingError(f"{path.name}, row {line}: the text is empty; remove the row.")
        if label not in order:
            raise TrainingError(
                f"{path.name}, row {line}: label '{label}' is not among the {len(labels)} training labels."
            )
        texts.append(text)
        targets.append(order[label])
    if not texts:
        raise TrainingError(f"{path.name}: there are no rows.")
    return LabelledTexts(tuple(texts), tuple(targets), path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def stratified_split(data: LabelledTexts, share: float, seed: int) -> tuple[LabelledTexts, LabelledTexts]:
    """Set aside `share` of each label's rows (at least one where a label has two); returns (rest, set aside)."""
    generator = np.random.default_rng(seed)
    by_label: dict[int, list[int]] = defaultdict(list)
    for position, target in enumerate(data.targets):
        by_label[target].append(position)
    aside: set[int] = set()
    for target in sorted(by_label):
        rows = by_label[target]
        count = min(max(1, round(share * len(rows))), len(rows) - 1)
        aside.update(int(i) for i in generator.permutation(rows)[:count])
    rest = [i for i in range(len(data)) if i not in aside]
    return data.take(rest), data.take(sorted(aside))


def _rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                got = ", ".join(reader.fieldnames or ()) or "none"
                raise TrainingError(f"{path.name}: there is no column '{missing[0]}'; its columns are: {got}.")
            rows = list(reader)
    except OSError as error:
        raise TrainingError(f"{path}: the file cannot be read ({error.strerror}).") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise TrainingError(f"{path.name}: not a UTF-8 CSV file ({error}); mend or convert it.") from None
    for line, row in enumerate(rows, start=2):
        if None in row or any(row[column] is None for column in columns):
            raise TrainingError(f"{path.name}, row {line}: the number of cells differs from the header's.")
    return rows
