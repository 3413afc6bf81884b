"""What a part of a table is in words: the end of "rows ..." in findings, on pages and on paper."""

from __future__ import annotations

from collections.abc import Iterator

from audit.said import BOTH, Said, Value
from audit.score.text_marks import FORMS
from audit.slices import GROUP, WHERE, Slice


def part_said(where: Slice) -> Value:
    """Which rows a slice means, as a clause.

    >>> from audit.language.saying import worded
    >>> worded(part_said(Slice(holds="refund", words_over="20")))
    "that hold the word 'refund' and of more than 20 words"
    """
    said = tuple(_parts(where))
    return Said("part.all") if not said else said[0] if len(said) == 1 else Said(BOTH, {"parts": said})


def _parts(where: Slice) -> Iterator[Said]:
    for column in sorted(where, key=lambda name: (not name.startswith(GROUP), name != "label", name)):
        value = where[column] or ""
        if column == "form" and value in FORMS:
            yield Said(f"part.form.{value}")
        elif column in ("words_over", "words_upto") and value.isdecimal() and len(value) < 10:
            yield Said(f"part.{column}", {"words": int(value)})
        elif column in ("holds", "label", WHERE):
            yield Said(f"part.{column}", {"value": value})
        else:  # a column of the table, or what a bundle made of a part
            yield Said("part.group", {"column": column.removeprefix(GROUP), "value": value})
