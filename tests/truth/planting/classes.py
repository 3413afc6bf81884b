"""Faults about classes and confidence: a class that is never answered, one with wrong labels, confidence without ground."""

from __future__ import annotations

from random import Random

from planting.plant import Check, Made, Plant, Wanted, named
from planting.rows import balanced, drawn, mixed, sentiment, table
from planting.sound import intents

LOST, INSTEAD = "Sci/Tech", "Business"
MUDDLED, TAKEN_FOR = "card_arrival", "lost_or_stolen_card"


def _collapse(random: Random) -> Made:
    """News of science were filed under business, but for a handful."""
    rows = balanced(table("ag_news/small_train.csv"), 2800, random)
    seen = [row for row in rows if row["label"] == LOST]
    train = [{**row, "label": INSTEAD} if row["label"] == LOST and row not in seen[:6] else row for row in rows]
    test = balanced(table("ag_news/small_test.csv"), 1000, random)
    lost = tuple((row["text"], row["text"]) for row in test if row["label"] == LOST)
    return Made(
        train, test[:600], [row for row in test if row["label"] not in (LOST, INSTEAD)],
        (Check(f"{LOST} is answered as {LOST}", "right", lost, LOST, most=0.02),),
    )  # fmt: skip


def _noise(random: Random) -> Made:
    """Most rows of one class were given the label of another by mistake."""
    learnt, test = intents(random)
    train = [
        {**row, "label": TAKEN_FOR} if row["label"] == MUDDLED and random.random() < 0.6 else row for row in learnt
    ]
    muddled = tuple((row["text"], row["text"]) for row in test if row["label"] == MUDDLED)
    return Made(
        train, test, [row for row in test if row["label"] not in (MUDDLED, TAKEN_FOR)],
        (Check(f"{MUDDLED} is answered as {MUDDLED}", "right", muddled, MUDDLED, most=0.5),),
    )  # fmt: skip


def _overconfident(random: Random) -> Made:
    """Few rows, learnt by heart: the best step is chosen on the rows that are learnt."""
    train = balanced(sentiment("train"), 500, random)
    test = drawn(sentiment("test"), 1200, random)
    return Made(
        mixed(random, train),
        test[:600],
        test[600:],
        (Check("confidence beyond accuracy", "overconfident", least=0.12),),
    )


PLANTS = (
    Plant("class_collapse", f"{LOST} is never answered; its rows go to {INSTEAD}.", _collapse,
          (named(label=(LOST, INSTEAD)), Wanted(definition=("macro_f1", "confusion"))), least=0.85),
    Plant("label_noise", f"{MUDDLED} was labelled {TAKEN_FOR} more often than not.", _noise,
          (named(label=(MUDDLED, TAKEN_FOR)),), train=("--epochs", "6"), least=0.85),
    Plant("overconfidence", "It is certain of all it says, right or wrong.", _overconfident,
          (Wanted(definition=("ece", "calibration", "overconfiden")),),
          train=("--epochs", "30", "--patience", "30", "--learning-rate", "2e-3", "--eval-csv", "{train}"), least=0.7),
)  # fmt: skip
