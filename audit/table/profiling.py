"""What a table holds: labels, languages, lengths, duplicates and contradictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.table.languages import some_texts
from audit.table.table import AuditTable
from audit.words import HAN, count_words
from models.scripts import scripts_of
from models.text_language import counted, row_languages

WORDS_OF = 20_000  # rows whose words are counted; evenly spaced in larger tables
HAN_WORDS_OF = 2_000  # of tables in Chinese, whose words must be cut by a dictionary
CUT = 2_000
"""Characters of a Chinese text whose words are counted; those of a longer text are taken to be as dense as in its beginning."""
QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Profile:
    """Numbers about the good rows of a table.

    Attributes:
        rows: how many.
        labels: rows of each label, the most frequent first.
        unlabelled: rows without a label.
        characters: quantiles (0, 25, 50, 75, 95, 100%) of the characters of text and pair.
        words: the same of the words, as their language cuts them, over `words_of` rows evenly spaced.
        languages: rows of each language (ISO 639-1; a script's ISO 15924 code where that is all that can be told; "" for rows
            without letters), the most frequent first, over `languages_of` rows evenly spaced.
        scripts: letters of each script in those rows, the most frequent first.
        groups: for each group column, rows of each value, the most frequent first.
        duplicates: rows that repeat an earlier one (text, pair, label and groups alike).
        conflicts: different texts that occur with more than one label.
        conflicting_rows: rows of those texts.
        rationales: rows with a rationale.
    """

    rows: int
    labels: dict[str, int]
    unlabelled: int
    characters: tuple[int, ...]
    words: tuple[int, ...]
    words_of: int
    languages: dict[str, int]
    scripts: dict[str, int]
    languages_of: int
    groups: dict[str, dict[str, int]]
    duplicates: int
    conflicts: int
    conflicting_rows: int
    rationales: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that occurs several times, with the lines it stands on."""

    content_id: str
    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A text (with its pair) that occurs with more than one label, with the lines of each."""

    text: str
    pair: str | None
    labels: dict[str, tuple[int, ...]]


def profile(table: AuditTable) -> Profile:
    """Count everything a first look at a table should show."""
    told = some_texts(table)
    languages, scripts = counted(row_languages(told)), _scripts(told)
    step = _step(len(table), HAN_WORDS_OF if any(map(HAN.search, told)) else WORDS_OF)
    words: list[int] = []
    rationales = 0
    groups: dict[str, dict[str, int]] = {name: {} for name in table.columns.groups}
    whole = bool(groups) or table.columns.rationale is not None
    for i, example in enumerate(table if whole else table[::step]):
        if not whole or i % step == 0:
            words.append(_words(example.text) + _words(example.pair or ""))
        rationales += example.rationale is not None
        for name, value in example.groups.items():
            groups[name][value] = groups[name].get(value, 0) + 1
    members = list(_conflicting(table))
    return Profile(
        rows=len(table),
        labels=table.label_counts,
        unlabelled=table.unlabelled,
        characters=_quantiles(table.lengths),
        words=_quantiles(np.array(words, dtype=np.int32)),
        words_of=len(words),
        languages=languages,
        scripts=scripts,
        languages_of=len(told),
        groups={name: dict(sorted(counts.items(), key=lambda item: -item[1])) for name, counts in groups.items()},
        duplicates=len(table) - len(np.unique(table.content_ids)),
        conflicts=len(members),
        conflicting_rows=sum(len(rows) for rows in members),
        rationales=rationales,
    )


def repeats(table: AuditTable) -> dict[str, int]:
    """What a run keeps of the repeats in its whole table, JSON-ready; see `audit.score.repeats`.

    Returns:
        rows; repeated: those beyond the first of equal ones (text, pair, label and groups); labelled: rows with a label;
        conflicting: those of them whose text (with its pair) occurs with more than one label; texts: how many such texts.
    """
    members = list(_conflicting(table))
    return {
        "rows": len(table),
        "repeated": len(table) - len(np.unique(table.content_ids)),
        "labelled": len(table) - table.unlabelled,
        "conflicting": sum(len(rows) for rows in members),
        "texts": len(members),
    }


def _step(rows: int, most: int) -> int:
    return max(1, -(-rows // most))


def _words(text: str) -> int:
    if len(text) <= CUT or not HAN.search(text):
        return count_words(text)
    return round(count_words(text[:CUT]) * len(text) / CUT)


def _scripts(texts: Sequence[str]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for text in texts:
        found.update(scripts_of(text))
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def duplicates(table: AuditTable, limit: int = 100) -> list[Duplicate]:
    """Rows that occur several times, in order of their first line."""
    found = []
    for rows in _groups_of(table.content_ids, limit):
        example = table[int(rows[0])]
        found.append(Duplicate(example.content_id, example.text, tuple(int(table.lines[i]) for i in rows)))
    return found


def conflicts(table: AuditTable, limit: int = 100) -> list[Conflict]:
    """Texts that occur with more than one label, in order of their first line."""
    found: list[Conflict] = []
    for rows in _conflicting(table):
        if len(found) == limit:
            break
        labels: dict[str, list[int]] = {}
        for i in rows:
            example = table[int(i)]
            if example.label is not None:
                labels.setdefault(example.label, []).append(example.line or 0)
        first = table[int(rows[0])]
        found.append(Conflict(first.text, first.pair, {label: tuple(lines) for label, lines in labels.items()}))
    return found


def _conflicting(table: AuditTable) -> Iterator[NDArray[np.intp]]:
    """Indices of the labelled rows of each text that has more than one label."""
    labelled = np.flatnonzero(table.label_codes >= 0)
    codes = table.label_codes
    for rows in _groups_of(table.contents[labelled]):
        members = labelled[rows]
        if len(np.unique(codes[members])) > 1:
            yield members


def _groups_of(keys: NDArray[np.generic], limit: int | None = None) -> list[NDArray[np.intp]]:
    """Indices of the entries that share a key with another, one array per key, in order of the first index."""
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1])) if len(keys) else np.empty(0, dtype=np.intp)
    sizes = np.diff(np.append(starts, len(keys)))
    starts, sizes = starts[sizes > 1], sizes[sizes > 1]
    by_first = np.argsort(order[starts], kind="stable")[:limit]
    return [order[starts[i] : starts[i] + sizes[i]] for i in by_first]


def _quantiles(values: NDArray[np.int32]) -> tuple[int, ...]:
    if not len(values):
        return (0,) * len(QUANTILES)
    return tuple(int(q) for q in np.quantile(values, QUANTILES, method="lower"))
