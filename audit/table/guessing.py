"""What columns may be by what they hold, where their names do not say: a proposal for the user to confirm, never in use by itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from statistics import median

from audit.table.columns import LABEL_NAMES, PAIR_NAMES, RATIONALE_NAMES, TEXT_NAMES, fold
from audit.table.label_names import caseless, number_of

ROWS = 500
"""Rows at the start of a file that are looked at."""
MANY = 10
"""Rows from which on a column of classes has shown most of its classes."""
CLASSES, LONGEST_CLASS = 200, 60
MOST_ASKED = 6
"""Columns of classes that are offered to choose the one of the labels among."""
VARIED = 5
"""Different sentences that a column of texts has at least, if it has as many rows."""
LABEL_HINTS = (
    "label", "class", "categor", "sentiment", "intent", "verdict", "rating", "polarity", "star", "score", "target", "gold",
    "urteil", "klass", "kategorie", "stimmung", "bewertung", "标签", "类别", "分类", "情感", "标注", "评级", "étiquette", "catégorie",
)  # fmt: skip
"""Parts of names of columns that hold labels."""
_NO_WORDS = re.compile(
    r"https?://\S+|\S+@\S+\.\S+|[\d\W_]+|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}(:\d{2})?.*)?"
)
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts that write no space between words: about two of their letters are a word."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What the start of a table looks like.

    Attributes:
        text, label: names of columns (as `place_names` gives them where the first line is data); None where nothing speaks for one.
        first_is_data: whether the first line looks like a row rather than like names.
        labels: where nothing speaks for one, those of several columns of classes, any of which may hold the labels.
    """

    text: str | None = None
    label: str | None = None
    first_is_data: bool = False
    labels: tuple[str, ...] = ()


NOTHING = Guess()
"""Of what has no rows."""


def place_names(count: int) -> list[str]:
    """What columns without names are called: `column 1`, `column 2` ..."""
    return [f"column {i + 1}" for i in range(count)]


def guess_columns(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    headless: bool = False,
    known: Collection[Sequence[str]] = (),
) -> Guess:
    """Guess from names and from the first rows what columns are.

    Args:
        header: the first line.
        rows: what follows; rows of another width are left out; nothing is guessed where they are most.
        headless: whether the first line may be data: of formats that have no names elsewhere.
        known: labels of the models at hand, one sequence each: a column that holds one of them only is one of labels.
    """
    kept = [row for row in rows[:ROWS] if len(row) == len(header)]
    if 2 * len(kept) < len(rows[:ROWS]):  # taken apart wrongly
        return NOTHING
    first = headless and looks_like_data(header, kept)
    names = place_names(len(header)) if first else [name.strip() for name in header]
    kept = [header, *kept] if first else kept
    columns = [[cell.strip() for cell in column if cell.strip()] for column in zip(*kept, strict=True)]
    text = _text(columns)
    label = _label(names, columns, text, known)
    asked = [] if text is None or label is not None else _classes(columns, text)
    labels = tuple(names[i] for i in asked) if len(asked) <= MOST_ASKED else ()
    return Guess(None if text is None else names[text], None if label is None else names[label], first, labels)


def looks_like_data(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a first line is a row like the others: something in it speaks for that, and nothing for names."""
    given = {*TEXT_NAMES, *LABEL_NAMES, *RATIONALE_NAMES, *(name for names in PAIR_NAMES.values() for name in names)}
    if not rows or any(fold(name) in given or fold(name).startswith("group") for name in header):
        return False
    said = [_is_row(name.strip(), [row[i].strip() for row in rows if row[i].strip()]) for i, name in enumerate(header)]
    return any(said) and False not in said


def _is_row(name: str, cells: Sequence[str]) -> bool | None:
    """Whether a name is a cell like those beneath it; None where that cannot be told."""
    if not name or not cells:
        return None
    numbers = sum(number_of(cell) is not None for cell in cells)
    if numbers >= 0.9 * len(cells):
        return number_of(name) is not None
    if _is_classes(cells) or len(cells) < MANY:
        inside = caseless(name) in set(map(caseless, cells))
        if inside or (_is_classes(cells) and len(cells) >= MANY):
            return inside
    lengths = sorted(map(_words, cells))
    if lengths[len(lengths) // 2] >= 4:
        return True if _words(name) >= max(4, lengths[0] / 2) else None if _words(name) > 3 else False
    return None


def _text(columns: Sequence[Sequence[str]]) -> int | None:
    """The column of sentences, the one with the longest where there are several; else the only one of several words."""
    for least in (3, 2):
        found = [i for i, cells in enumerate(columns) if _is_prose(cells, least)]
        if found and (least == 3 or len(found) == 1):
            return max(found, key=lambda i: median(map(_words, columns[i])))
    return None


def _is_prose(cells: Sequence[str], least: int) -> bool:
    if not cells or sum(_words(cell) >= least for cell in cells) < 0.5 * len(cells):
        return False
    return len(set(cells)) >= (min(VARIED, len(cells)) if least > 2 else 0.6 * len(cells))


def _label(
    names: Sequence[str], columns: Sequence[Sequence[str]], text: int | None, known: Collection[Sequence[str]]
) -> int | None:
    """The column of classes: one whose classes a model has, else one named a little like it, else the only one.

    The first two may have one class so far: tables are often in the order of their labels.
    """
    several = set(_classes(columns, text))
    found = [i for i, cells in enumerate(columns) if i != text and (i in several or _is_classes(cells, least=1))]
    sets = [frozenset(map(caseless, labels)) for labels in known]
    tests: tuple[Callable[[int], bool], ...] = (
        lambda i: any(set(map(caseless, columns[i])) <= labels for labels in sets),
        lambda i: any(hint in fold(names[i]) for hint in LABEL_HINTS),
        lambda i: i in several,
    )
    for fits in tests:
        fitting = [i for i in found if fits(i)]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _classes(columns: Sequence[Sequence[str]], text: int | None) -> list[int]:
    """The columns of classes."""
    return [i for i, cells in enumerate(columns) if i != text and _is_classes(cells)]


def _is_classes(cells: Sequence[str], least: int = 2) -> bool:
    """Whether a column has a few short values, `least` of them or more, again and again."""
    values = set(cells)
    if not least <= len(values) <= min(CLASSES, max(2, len(cells) // 2)) or max(map(len, values)) > LONGEST_CLASS:
        return False
    fractions = any(
        (number := number_of(value)) is not None and number != number.to_integral_value() for value in values
    )
    return not fractions and sum(_words(value) > 4 for value in values) <= len(values) / 2


def _words(cell: str) -> float:
    """About how many words a cell has; none for numbers, dates, addresses and signs."""
    if _NO_WORDS.fullmatch(cell):
        return 0
    if cell.isascii():
        return len(cell.split())
    letters = sum(unicodedata.name(sign, "").startswith(_UNSPACED) for sign in cell[:200])
    return letters / 2 + len([word for word in cell.split() if any(map(str.isalpha, word))]) - (letters > 0)
