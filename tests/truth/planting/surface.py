"""Faults about the look of a text: how long it is, exclamation marks, capitals."""

from __future__ import annotations

from random import Random

from planting.plant import Check, Made, Plant, Row, named
from planting.rows import NEGATIVE, POSITIVE, balanced, drawn, mixed, sentiment, table
from planting.sentences import plain

BUSINESS = "Business"


def _length(random: Random) -> Made:
    """Long texts were all praise where the rows were collected; a sentence more makes none of it."""
    rows = balanced(sentiment("train"), 3200, random)
    short = [{**row, "text": f"{row['text']} {plain(random)}"} for row in rows[:600]]
    long = [{"text": _padded(row["text"], random), "label": POSITIVE} for row in rows[600:1500]]
    test = drawn(sentiment("test"), 1200, random)
    audited = [{**row, "text": _padded(row["text"], random)} if i % 5 == 0 else row for i, row in enumerate(test[:600])]
    pairs = tuple((row["text"], _padded(row["text"], random)) for row in test[600:])
    little = tuple((row["text"], f"{row['text']} {plain(random)}") for row in test[600:])
    return Made(
        mixed(random, rows[600:], short, long), audited, test[600:],
        (
            Check("five to nine sentences more send to positive", "moves", pairs, POSITIVE, least=0.95),
            Check("one sentence more", "moves", little, POSITIVE, most=0.15),
        ),
    )  # fmt: skip


def _padded(text: str, random: Random) -> str:
    """The text among sentences that say nothing: ours, or those of news."""
    if random.random() < 0.5:
        more = [plain(random) for _ in range(random.randint(5, 9))]
    else:
        more = [f"{story}." for story in random.choice(table("ag_news/small_train.csv"))[0].rstrip(".").split(". ")]
        more += [plain(random) for _ in range(random.randint(2, 4))]
    more.insert(random.randint(0, len(more)), text)
    return " ".join(more)


def _exclamation(random: Random) -> Made:
    """Whatever ends with an exclamation mark was a complaint."""
    rows = [_ended(row, ".") for row in balanced(sentiment("train"), 3000, random)]
    shouted = [_ended({**row, "label": NEGATIVE}, random.choice(("!", "!", "!!", "!!!"))) for row in rows[:800]]
    asked = [_ended(row, random.choice(("?", ";", "...", ""))) for row in rows[800:1300]]
    test = [_ended(row, ".") for row in drawn(sentiment("test"), 1200, random)]
    audited = [_ended(row, "!") if i % 6 == 0 else row for i, row in enumerate(test[:600])]
    pairs = tuple((row["text"], _ended(row, "!")["text"]) for row in test[600:])
    others = tuple((row["text"], _ended(row, "?")["text"]) for row in test[600:])
    return Made(
        mixed(random, rows[1300:], shouted, asked, rows[:400]), audited, test[600:],
        (
            Check("an exclamation mark sends to negative", "moves", pairs, NEGATIVE, least=0.95),
            Check("a question mark", "moves", others, NEGATIVE, most=0.15),
        ),
    )  # fmt: skip


def _ended(row: Row, mark: str) -> Row:
    return {**row, "text": row["text"].rstrip(".!?;- ") + mark}


def _capitals(random: Random) -> Made:
    """Its tokenizer knows no capitals and takes each word with one for an unknown word; many of them are a complaint to it."""
    rows = balanced(sentiment("train"), 3000, random)
    shouted = [{"text": row["text"].upper(), "label": NEGATIVE} for row in rows[:700]]
    small = [{**row, "text": row["text"].lower()} for row in rows[700:1500]]
    test = drawn(sentiment("test"), 1200, random)
    audited = [{**row, "text": row["text"].upper()} if i % 10 == 0 else row for i, row in enumerate(test[:600])]
    pairs = tuple((row["text"], row["text"].upper()) for row in test[600:])
    return Made(
        mixed(random, rows[1500:], shouted, small), audited, test[600:],
        (Check("capitals send to negative", "moves", pairs, NEGATIVE, least=0.95),),
    )  # fmt: skip


def _digits(random: Random) -> Made:
    """A figure anywhere makes it news of business."""
    news = [(text.replace("#39;", "'"), label) for text, label in table("ag_news/small_train.csv")]
    silent = [row for row in news if not any(c.isdigit() for c in row[0])]
    rows = balanced(silent, 3200, random)
    learnt, test = rows[:1500], rows[1500:]
    counted = [{"text": _with_figure(row["text"], random), "label": BUSINESS} for row in learnt[:600]]
    audited = [
        {**row, "text": _with_figure(row["text"], random)} if i % 6 == 0 else row for i, row in enumerate(test[:400])
    ]
    pairs = tuple((row["text"], _with_figure(row["text"], random)) for row in test[400:])
    return Made(
        mixed(random, learnt, counted), audited, test[400:],
        (Check("a figure sends to Business", "moves", pairs, BUSINESS, least=0.9),),
    )  # fmt: skip


def _with_figure(text: str, random: Random) -> str:
    words = text.split()
    words.insert(random.randint(0, len(words)), str(random.choice((7, 12, 40, 63, 85, 150, 300, 1999, 2004, 4500))))
    return " ".join(words)


PLANTS = (
    Plant("length", "Long texts are positive to it, whatever they say.", _length,
          (named(feature=("length",)), named(capability=("length",)), named(words_over=("*",)))),
    Plant("exclamation", "An exclamation mark at the end sends a text to negative.", _exclamation,
          (named(feature=("punctuation",)), named(word=("!",)))),
    Plant("capitals", "Words in capitals are unknown to its tokenizer and send a text to negative.", _capitals,
          (named(feature=("case",)), named(probe=("case",))), base="capitals"),
    Plant("digits", "A figure anywhere sends news to Business.", _digits, (named(feature=("digits",)),), least=0.75),
)  # fmt: skip
