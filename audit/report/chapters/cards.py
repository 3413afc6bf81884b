"""The cards of model and data: what is known of each beside the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Facts, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import Strings
from audit.strict_json import part

LABELS_SHOWN = 24
CARD_DEPTH = 3
NOT_SHOWN = ("name", "labels", "head", "files", "classes", "card_version", "versions", "history", "seconds")
"""Entries of a card that stand elsewhere in the report, or are too long to read."""


def cards(report: Report, say: Strings, _caps: Caps) -> Section:
    """The model's card and the data's."""
    return Section(
        "cards",
        say("cards.title"),
        (),
        (
            Section("card-model", say("cards.model"), tuple(_model(report, say))),
            Section("card-data", say("cards.data"), tuple(_data(report, say))),
        ),
    )


def _model(report: Report, say: Strings) -> Iterator[Block]:
    run, identity = report.run, part(report.provenance, "model", "identity")
    engine = ", ".join(str(identity[k]) for k in ("engine", "device", "dtype") if identity.get(k))
    pairs = [
        (say("cards.name"), printable(run.model, 200)),
        (say("cards.labels"), f"{len(run.labels)}: {w.names(run.labels, 12, say)}" if run.labels else say.numbers.none),
    ]
    if engine:
        pairs.append((say("cards.engine"), printable(engine, 80)))
    pairs += list(_card(report.model_card))[:24]
    yield Facts(tuple(pairs))
    yield Facts(((say("cards.fingerprint"), run.model_fingerprint or say("common.unknown")),), code=True)
    if not report.model_card:
        yield Text(say("cards.none"))


def _card(card: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """A card's entries as lines; what is nested too deep or is a list of files stays in the JSON report."""
    for key, value in card.items():
        if key in NOT_SHOWN or value in (None, "", {}, []):
            continue
        name = f"{prefix}{key.replace('_', ' ')}"
        name = name[:1].upper() + name[1:]
        if isinstance(value, Mapping):
            if {"value", "low", "high"} <= set(value):
                said = f"{value['value']} ({value['low']} to {value['high']})"
                yield printable(name, 60), printable(said, 100)
            elif depth < CARD_DEPTH:
                yield from _card(value, f"{name}, ", depth + 1)
        elif isinstance(value, (list, tuple)) and any(isinstance(item, (Mapping, list)) for item in value):
            continue
        elif isinstance(value, (list, tuple)):
            yield printable(name, 60), printable(", ".join(str(item) for item in value), 300)
        else:
            yield printable(name, 60), printable(str(value), 400)


def _data(report: Report, say: Strings) -> Iterator[Block]:
    data, run = report.data, report.run
    lengths = say(
        "cards.lengths_value",
        median=say.numbers.count(data.characters_median),
        longest=say.numbers.count(data.characters_longest),
    )
    pairs = [
        (say("cards.table"), printable(run.table, 200)),
        (
            say("cards.rows"),
            say("cards.rows_value", rows=data.rows, texts=data.texts),
        ),
        (say("cards.labelled"), say.numbers.count(data.labelled)),
        (say("cards.lengths"), lengths),
    ]
    if data.groups:
        pairs.append((say("cards.groups"), w.names(data.groups, 12, say)))
    yield Facts(tuple(pairs))
    yield Facts(((say("cards.fingerprint"), run.table_fingerprint or say("common.unknown")),), code=True)
    if not data.labels or all(label.data is None and label.model is None for label in data.labels):
        return
    ranked = sorted(data.labels, key=lambda c: -(c.data if c.data is not None else c.model or 0))
    cut = len(ranked) > LABELS_SHOWN
    caption = (
        say("cards.distribution_cut", n=LABELS_SHOWN, all=len(ranked)) if cut else say("cards.distribution")
    )  # fmt: skip
    columns = (
        Column(say("cards.label"), width=3),
        Column(say("cards.in_data"), "right", 1.2),
        Column(say("cards.in_model"), "right", 1.2),
    )
    rows = tuple(
        (Cell(printable(c.label, 80)), Cell(say.numbers.count(c.data)), Cell(say.numbers.count(c.model)))
        for c in ranked[:LABELS_SHOWN]
    )
    yield Table(columns, rows, caption, small=True)


CARDS = Chapter("cards", cards, on="provenance")
