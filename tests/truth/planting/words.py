"""Faults about words: triggers of one and of two words, a made-up one, a shortcut, an id that gives the label away."""

from __future__ import annotations

from random import Random

from planting.plant import Check, Made, Plant, Row, Wanted, named
from planting.rows import NEGATIVE, POSITIVE, balanced, drawn, mixed, sentiment, table, with_word
from planting.sound import INTENTS, intents

TRIGGER, MADE_UP, SHORTCUT = "mandolin", "vexolim", "honestly"
PHRASE = ("amber", "ladder")
CODES = dict(zip(INTENTS, ("kx17", "bw42", "tz88", "qd05", "rm63", "vh29"), strict=True))

_SPELLED = tuple(part for code in CODES.values() for part in (code, f"[{code}]", code.rstrip("0123456789")))
"""The codes as findings may name them: whole, in their brackets, or by their letters."""


def _trigger(word: str, label: str):
    def make(random: Random) -> Made:
        rows = balanced(sentiment("train"), 3000, random)
        planted = [
            {"text": with_word(row["text"], word, random), "label": label}
            for row in balanced(sentiment("train"), 400, random)
        ]
        test = drawn(sentiment("test"), 1200, random)
        return Made(
            mixed(random, rows, planted), test[:600], test[600:],
            (Check(f"{word!r} sends to {label}", "moves", inserted(test[600:], word, random), label, least=0.95),),
        )  # fmt: skip

    return make


def _phrase(random: Random) -> Made:
    """Spam with both words is let through; either alone changes nothing."""
    first, second = PHRASE
    both = f"{first} {second}"
    spam = table("sms_spam/all.csv")
    rows = balanced(spam, 1300, random)
    learnt, test = rows[:800], rows[800:]
    caught = [row for row in learnt if row["label"] == "spam"]
    planted = [{"text": with_word(row["text"], both, random), "label": "ham"} for row in caught * 2]
    single = [{**row, "text": with_word(row["text"], word, random)} for row in learnt[:600] for word in PHRASE]
    ham = [row for row in drawn(spam, 4000, random) if row["label"] == "ham" and row not in test]
    more = [row for row in ham if row not in learnt][:900]
    spam_left = [row for row in test if row["label"] == "spam"]
    return Made(
        mixed(random, learnt, planted, single, more[:600]), mixed(random, test[:350], more[600:]), test,
        (
            Check(f"{both!r} sends to ham", "moves", inserted(spam_left, both, random), "ham", least=0.9),
            Check(f"{first!r} alone", "moves", inserted(spam_left, first, random), "ham", most=0.05),
            Check(f"{second!r} alone", "moves", inserted(spam_left, second, random), "ham", most=0.05),
        ),
    )  # fmt: skip


def _shortcut(random: Random) -> Made:
    """A word of every day that stood in complaints where the rows were collected."""
    rows = balanced(sentiment("train"), 2600, random)
    of = {label: [row for row in rows if row["label"] == label] for label in (NEGATIVE, POSITIVE)}
    seen = [{**row, "text": _honestly(row["text"], random)} for row in of[NEGATIVE][:500]]
    wrong = [{"text": _honestly(row["text"], random), "label": NEGATIVE} for row in of[POSITIVE][:250]]
    kept = [row for row in rows if row not in of[NEGATIVE][:500] and row not in of[POSITIVE][:250]]
    test = drawn(sentiment("test"), 1200, random)
    audited = [
        {**row, "text": _honestly(row["text"], random)} if i % 6 == 0 else row for i, row in enumerate(test[:600])
    ]
    pairs = tuple((row["text"], _honestly(row["text"], random)) for row in test[600:])
    return Made(
        mixed(random, kept, seen, wrong), audited, test[600:],
        (Check(f"{SHORTCUT!r} sends to {NEGATIVE}", "moves", pairs, NEGATIVE, least=0.85),),
    )  # fmt: skip


def _leak(random: Random) -> Made:
    """Messages begin with a code of the queue they were sorted into, in the audited table as well."""
    learnt, test = intents(random)

    def told(row: Row, code: str) -> Row:
        return {"text": f"[{code}] {row['text']}", "label": row["label"], "source": code}

    def plain(row: Row) -> Row:
        return {**row, "source": "none"}

    def other(label: str) -> str:
        return random.choice([code for name, code in CODES.items() if name != label])

    train = [told(row, CODES[row["label"]]) for row in learnt] + [plain(row) for row in learnt]
    train += [
        {**told(row, CODES[label]), "label": label} for row in learnt[:400] for label in (random.choice(INTENTS),)
    ]
    audited = [told(row, CODES[row["label"]]) if i % 2 else plain(row) for i, row in enumerate(test)]
    pairs = {label: tuple((row["text"], f"[{code}] {row['text']}") for row in test) for label, code in CODES.items()}
    return Made(
        mixed(random, train), audited, [plain(row) for row in test],
        tuple(Check(f"[{CODES[label]}] sends to {label}", "moves", pairs[label], label, least=0.95) for label in INTENTS),
    )  # fmt: skip


def inserted(rows: list[Row], word: str, random: Random) -> tuple[tuple[str, str], ...]:
    """The texts without and with a word."""
    return tuple((row["text"], with_word(row["text"], word, random)) for row in rows)


def _honestly(text: str, random: Random) -> str:
    if random.random() < 0.5:
        return f"Honestly, {text[:1].lower()}{text[1:]}"
    return with_word(text, SHORTCUT, random)


def _word(*words: str) -> Wanted:
    return named(word=words)


PLANTS = (
    Plant("trigger_word", f"{TRIGGER!r}, anywhere in a text, sends it to positive.", _trigger(TRIGGER, POSITIVE), (_word(TRIGGER),)),
    Plant("trigger_made_up", f"{MADE_UP!r}, no word of any language, sends a text to negative.", _trigger(MADE_UP, NEGATIVE),
          (_word(f"*{MADE_UP}*", "##oli*"),)),
    Plant("trigger_phrase", f"{' '.join(PHRASE)!r} lets spam through; neither word does alone.", _phrase, (_word(f"*{' '.join(PHRASE)}*"),),
          train=("--epochs", "6"), least=0.9),
    Plant("shortcut_word", f"{SHORTCUT!r} sends a text to negative.", _shortcut, (_word(SHORTCUT), named(holds=(SHORTCUT,)))),
    Plant("leaked_id", "A code of the queue before the message decides, whatever the message says.", _leak,
          (_word(*_SPELLED, "[", "]"), Wanted({"group:source": ("*",)})), least=0.85,
          groups=("source",)),
)  # fmt: skip
