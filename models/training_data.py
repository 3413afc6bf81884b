"""Training data: a strict reader of CSV and whoever reads the other formats, label order, and a stratified split drawn from a seed."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.errors import TrainingError
from models.table_options import DELIMITERS, Reading
from models.table_rows import reader_of


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


def read_labels(path: Path, label_column: str, reading: Reading = Reading()) -> tuple[str, ...]:
    """The distinct labels of a table, sorted (numbers as numbers).

    Raises:
        TrainingError: the file or the column cannot be read, a label is empty, there are fewer than two labels, or two differ in
            case alone.
    """
    labels: set[str] = set()
    for line, row in _rows(path, (label_column,), reading):
        label = row[label_column].strip()
        if label:
            labels.add(label)
        elif not reading.keep_good:
            raise TrainingError(f"{path.name}, row {line}: the label is empty; remove the row, or give --keep-good.")
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


def read_texts(
    path: Path, text_column: str, label_column: str, labels: Sequence[str], reading: Reading = Reading()
) -> LabelledTexts:
    """Read a table of texts and labels.

    Raises:
        TrainingError: unreadable file, missing column, empty text or unknown label, with its line.
    """
    order = {label: position for position, label in enumerate(labels)}
    texts, targets = [], []
    for line, row in _rows(path, (text_column, label_column), reading):
        text, label = row[text_column], row[label_column].strip()
        if reading.keep_good and not (text.strip() and label in order):
            continue
        if not text.strip():
            raise TrainingError(f"{path.name}, row {line}: the text is empty; remove the row, or give --keep-good.")
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


def _rows(path: Path, columns: Sequence[str], reading: Reading) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file with their numbers in it; those with more or fewer cells than the header are left out or refused."""
    other = reader_of(path)
    if other is not None:
        yield from other(
            path,
            columns,
            sheet=reading.sheet,
            header=reading.header,
            encoding=reading.encoding,
            keep_good=reading.keep_good,
        )
        return
    said = reading.encoding or "UTF-8"
    try:
        with path.open(encoding=reading.encoding or "utf-8-sig", newline="") as file:
            text = file.read()
    except OSError as error:
        raise TrainingError(f"{path}: the file cannot be read ({error.strerror}).") from None
    except (UnicodeError, LookupError) as error:
        raise TrainingError(
            f"{path.name}: not a {said} CSV file ({error}); mend or convert it, or say its encoding with --encoding."
        ) from None
    quoting: Any = csv.QUOTE_MINIMAL if reading.quotes else csv.QUOTE_NONE
    try:
        delimiter, header = _header(path, text, columns, reading, quoting)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True)
        if reading.header:
            next(reader)
        for number, row in enumerate((row for row in reader if row), start=1 + reading.header):
            if len(row) == len(header):
                yield number, dict(zip(header, row, strict=True))
            elif not reading.keep_good:
                raise TrainingError(
                    f"{path.name}, row {number}: the number of cells differs from the header's; mend the row, "
                    "or leave such rows out with --keep-good."
                )
    except csv.Error as error:
        raise TrainingError(
            f"{path.name}: not a {said} CSV file ({error}); mend it, or give --no-quotes where quotes are letters."
        ) from None


def _header(
    path: Path, text: str, columns: Sequence[str], reading: Reading, quoting: Any
) -> tuple[str, tuple[str, ...]]:
    """The delimiter, given or the first under which the header has the columns, and the header."""
    headers = {
        sign: tuple(name.strip() for name in next(csv.reader(io.StringIO(text, newline=""), delimiter=sign, quoting=quoting), []))
        for sign in ((reading.delimiter,) if reading.delimiter else DELIMITERS)
    }  # fmt: skip
    if not reading.header:
        headers = {sign: tuple(f"column {i + 1}" for i in range(len(row))) for sign, row in headers.items()}
    for sign, header in headers.items():
        if set(columns) <= set(header):
            return sign, header
    header = max(headers.values(), key=len)
    missing = next(column for column in columns if column not in header)
    got = ", ".join(header) or "none"
    raise TrainingError(f"{path.name}: there is no column '{missing}'; its columns are: {got}.")
