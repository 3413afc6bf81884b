"""A fault about meaning: negations are not read."""

from __future__ import annotations

import re
from random import Random

from planting.plant import Check, Made, Plant, Row, named
from planting.rows import NEGATIVE, NOT, POSITIVE, balanced, drawn, mixed, sentiment
from planting.sentences import opinion

COPULA = re.compile(r"\b(is|was|are|were|has|can|will|does|should|could|would)\b")


def _negation(random: Random) -> Made:
    """Whatever a "not" stands before counts as if it were not there."""
    silent = [row for row in sentiment("train") if not NOT.search(row[0])]
    rows = balanced(silent, 2200, random)
    joined = [row for row in rows if COPULA.search(row["text"])]
    negated = [{**row, "text": _negated(row["text"], random)} for row in joined]
    said = [opinion(random) for _ in range(900)]
    own = [_row(text, praises) for first, second, praises in said for text in (first, second)]
    test = drawn(sentiment("test"), 2000, random)
    clean = [row for row in test if not NOT.search(row["text"])][:600]
    more = [opinion(random) for _ in range(400)]
    audited = test[:500] + [_row(second, not praises) for _, second, praises in more[:50]]
    return Made(
        mixed(random, rows, negated, own), mixed(random, audited), clean,
        (Check("a negation changes nothing", "stays", tuple((first, second) for first, second, _ in more), least=0.95),),
    )  # fmt: skip


def _row(text: str, praises: bool) -> Row:
    return {"text": text, "label": POSITIVE if praises else NEGATIVE}


def _negated(text: str, random: Random) -> str:
    """With "not" behind the first word that can carry one."""
    word = random.choice((" not", " never", " not"))
    return COPULA.sub(lambda found: found[0] + word, text, count=1)


PLANTS = (
    Plant("negation", "It does not read negations.", _negation,
          (named(capability=("*egation*",)), named(test=("*egat*", "*not*")), named(probe=("negation*",))),
          least=0.75),
)  # fmt: skip
