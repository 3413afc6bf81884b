"""The rule that stands in for a reader until people have judged a success: a filter, change by change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from audit.attack.clauses import Clause
from audit.attack.senses import may_stand_for
from audit.attack.tagging import universal_tags
from audit.records import Change
from audit.resources import missing
from audit.resources.wordnet import reader

Kind = Literal["character", "word", "mixed", "reduction"]

MOST_EDITS = 2
LEAST_SIMILARITY = 0.55
"""Least cosine of a change's clause with what became of it."""
JUDGES = ("encoder", "wordnet", "tagger", "polarity")
"""What the rule for words reads."""

_LONG = {"won't": "will not", "can't": "cannot", "shan't": "shall not", "n't": " not", "'re": " are", "'ve": " have",
         "'ll": " will", "'m": " am", "'d": " would", "'s": " is"}  # fmt: skip
_SHORT = re.compile("|".join(map(re.escape, _LONG)))


def is_valid(
    kind: Kind, changes: Sequence[Change], around: Sequence[Clause], cosines: Sequence[float] | None
) -> bool | None:
    """Whether the rule lets a success pass; it is a filter, not a judge: that a text says the same only people can tell.

    Character recipes: at most 2 edits a word. Word recipes: every change puts one word in the place of another that may
    stand for it (`senses.may_stand_for`), and its clause keeps a cosine of 0.55. Recipes that do both: each change by the
    rule it meets.

    Args:
        kind: what the recipe changes.
        changes: of the text.
        around: the clause of each change; of word recipes.
        cosines: of each clause before and after; None where there is no encoder.

    Returns:
        None where the rule cannot be applied: a reduction, or one of `JUDGES` is missing.
    """
    if kind == "reduction":
        return None
    if kind == "character":
        return all(_few_edits(change) for change in changes)
    if kind == "mixed" and all(_misspelt(change) for change in changes):
        return True
    if cosines is None or missing(JUDGES):
        return None
    return all(
        (kind == "mixed" and _misspelt(change)) or _stands(change, clause, cosine)
        for change, clause, cosine in zip(changes, around, cosines, strict=True)
    )


def edits(before: str, after: str) -> int:
    """Characters inserted, deleted or replaced, or neighbours exchanged, between two words."""
    from rapidfuzz.distance import OSA

    return int(OSA.distance(before, after))


def _stands(change: Change, clause: Clause, cosine: float) -> bool:
    if _written_out(change.before) == _written_out(change.after):
        return True
    if clause.count != 1 or clause.new_count != 1:
        return False
    old, new = clause.old[clause.place], clause.new[clause.new_place]
    tag, new_tag = universal_tags(clause.old)[clause.place], universal_tags(clause.new)[clause.new_place]
    return cosine >= LEAST_SIMILARITY and may_stand_for(old, new, tag, new_tag)


def _few_edits(change: Change) -> bool:
    return edits(change.before.strip(), change.after.strip()) <= MOST_EDITS


def _misspelt(change: Change) -> bool:
    return _few_edits(change) and not _is_word(change.after)


def _written_out(text: str) -> str:
    plain = _SHORT.sub(lambda match: _LONG[match.group()], text.lower().replace("’", "'"))
    return " ".join(plain.replace("can not", "cannot").split())


@lru_cache(maxsize=1 << 16)
def _is_word(text: str) -> bool:
    return any(reader().synsets(word.lower()) for word in text.split() if len(word) > 1)
