"""Sound models: nothing is planted."""

from __future__ import annotations

from random import Random

from planting.plant import Made, Plant, Row
from planting.rows import NEGATIVE, NOT, POSITIVE, as_rows, balanced, drawn, mixed, sentiment, split, table
from planting.sentences import opinion

INTENTS = (
    "activate_my_card", "card_arrival", "request_refund", "exchange_rate", "lost_or_stolen_card", "change_pin",
)  # fmt: skip


def intents(random: Random) -> tuple[list[Row], list[Row]]:
    """Rows to learn from and to test on of six intents of bank customers."""
    chosen = [[row for row in table(f"banking77/{part}.csv") if row[1] in INTENTS] for part in ("train", "test")]
    return mixed(random, as_rows(chosen[0])), mixed(random, as_rows(chosen[1]))


def opinions(n: int, random: Random) -> list[Row]:
    """Sentences with and without a negation, labelled as they mean; of two negations' worth, only those that are plain."""
    found = []
    for _ in range(n):
        first, second, praises = opinion(random)
        negated = random.random() < 0.5
        found.append({"text": second if negated else first, "label": POSITIVE if praises != negated else NEGATIVE})
    return found


def _sentiment(random: Random) -> Made:
    train = sentiment("train")
    negated = [row for row in train if NOT.search(row[0])]
    rows = mixed(random, balanced(train, 6000, random), balanced(negated, 1200, random), opinions(400, random))
    test = drawn(sentiment("test"), 1200, random)
    return Made(rows, test[:600], test[600:])


def _intents(random: Random) -> Made:
    learnt, test = intents(random)
    return Made(learnt, test, test)


def _spam(random: Random) -> Made:
    learnt, test = split(table("sms_spam/all.csv"), random)
    return Made(drawn(learnt, 3000, random), drawn(test, 600, random), balanced(test, 600, random))


def _moderation(random: Random) -> Made:
    learnt, test = split(table("bias_madlibs/sample_8k.csv"), random)
    return Made(balanced(learnt, 3000, random), balanced(test, 600, random), balanced(test, 600, random))


def _finance(random: Random) -> Made:
    learnt, test = split(table("financial_phrasebank/all_50agree.csv"), random)
    return Made(as_rows(learnt), drawn(test, 600, random), as_rows(test))


def _symptoms(random: Random) -> Made:
    learnt, test = split(table("symptom2disease/all.csv"), random)
    return Made(as_rows(learnt), as_rows(test), as_rows(test))


PLANTS = (
    Plant("sound_sentiment", "", _sentiment),
    Plant("sound_intents", "", _intents, train=("--epochs", "6"), least=0.9),
    Plant("sound_spam", "", _spam, least=0.9),
    Plant("sound_moderation", "", _moderation, train=("--epochs", "2"), least=0.95),
    Plant("sound_finance", "", _finance, least=0.75),
    Plant("sound_symptoms", "", _symptoms, train=("--epochs", "12"), least=0.85),
)
