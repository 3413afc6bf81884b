"""What a table's texts bring along before anybody labels them: encodings gone wrong, leftovers of markup, edges alike, personal data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import ftfy
from ftfy.badness import is_bad

from audit.records import Example
from audit.table.personal import KINDS, personal

QUALITY = ("garbled", "markup", "edges", "personal")
"""What is counted, by its keys."""
SHOWN = 20
"""Rows that are kept as examples of each."""
OFTEN, LEAST = 0.05, 10
"""Share of the rows, and how many of them, that begin or end alike before it is told."""
EDGE = 5
"""Words of a beginning or an end that are held against those of other rows."""
_MARKUP = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|script|span|strong|style|sub|sup|table|td|th|tr|u|ul)(?:\s[^<>]*)?/?>"
    r"|&(?:amp|apos|bull|copy|gt|hellip|laquo|ldquo|lsquo|lt|mdash|nbsp|ndash|quot|raquo|rdquo|rsquo|#\d{1,6}|#x[0-9a-f]{1,5});|\s#\d{2,4};",
    re.IGNORECASE,
)
_LOST = "\ufffd"


def quality(rows: Iterable[Example]) -> dict[str, Any]:
    """Count what went wrong, over every row.

    Returns:
        JSON-ready: `rows`, and `garbled`, `markup`, `edges`, `personal`, each with `rows` (how many) and `shown` (ids of some of them).
        Garbled is a text that was read in another encoding than it was written in (`ftfy` puts it right), or that lost letters to the
        replacement character; markup are tags and entities of HTML, or what is left of these; edges are rows whose first or
        last five words 5% of the different texts share; personal are rows with personal data, whose `kinds` says how many rows
        hold each kind (`audit.table.personal.KINDS`).
    """
    total = 0
    found: dict[str, list[str]] = {"garbled": [], "markup": [], "personal": []}
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    edges: list[tuple[str, str, str]] = []
    ends: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    seen: set[int] = set()
    for row in rows:
        total += 1
        text = row.text if row.pair is None else f"{row.text}\n{row.pair}"
        held = {kind for kind, _, _ in personal(text)}
        kinds.update(held)
        marks = {"garbled": garbled(text), "markup": _MARKUP.search(text) is not None, "personal": bool(held)}
        for name, is_so in marks.items():
            if is_so:
                counts[name] += 1
                if len(found[name]) < SHOWN:
                    found[name].append(row.row_id)
        words = row.text.split()
        if len(words) < 2 * EDGE:
            continue
        first, last = " ".join(words[:EDGE]).casefold(), " ".join(words[-EDGE:]).casefold()
        edges.append((row.row_id, first, last))
        if hash(row.text) not in seen:  # a text that stands there twice shares all its words with itself
            seen.add(hash(row.text))
            ends[0][first] += 1
            ends[1][last] += 1
    often = max(LEAST, OFTEN * total)
    alike = [row for row, first, last in edges if ends[0][first] >= often or ends[1][last] >= often]
    return {
        "rows": total,
        **{name: {"rows": counts[name], "shown": found[name]} for name in ("garbled", "markup")},
        "edges": {"rows": len(alike), "shown": alike[:SHOWN]},
        "personal": {
            "rows": counts["personal"], "shown": found["personal"], "kinds": {kind: kinds[kind] for kind in KINDS if kinds[kind]}
        },
    }  # fmt: skip


def garbled(text: str) -> bool:
    """Whether a text was decoded wrongly, or lost letters.

    >>> [garbled(text) for text in ("The cafÃ© was fine.", "The café was fine.", "It\\ufffds fine", "Ã la carte")]
    [True, False, True, True]
    """
    return not text.isascii() and (_LOST in text or (is_bad(text) and ftfy.fix_encoding(text) != text))
