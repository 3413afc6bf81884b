"""Map: the rows in the plane, those near each other that are alike to the model."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from audit.figures.clouds import clouds
from audit.figures.spec import figure_of
from audit.language.printable import printable
from audit.report.blocks import Figure, Section, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import MapFacts, Report
from audit.report.strings import Strings
from audit.results.part import OfRows

NAME = 60
STILL = "map-still"
"""The section of the picture: pages draw the map themselves."""


def row_map(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter; None where the run has no embeddings of enough rows."""
    del caps
    if not report.maps:
        return None
    told = report.maps[0]
    still = Section(STILL, say("map.still"), (_still(told, say),))
    return Section("map", say("map.title"), (Text(say("map.intro")), Text(_drawn(told, say))), (still,))


def _drawn(told: MapFacts, say: Strings) -> str:
    return say("map.kept", share=say.numbers.share(told.kept))


def _still(told: MapFacts, say: Strings) -> Figure:
    table = pd.DataFrame([asdict(point) for point in told.points])
    by = "right" if (table["right"] >= 0).any() else "predicted"
    items = "; ".join(say("map.item", name=printable(cloud.name, NAME), n=len(cloud.at)) for cloud in clouds(table, by))
    caption = [
        say(f"map.caption_{by}"),
        say("map.drawn", drawn=int((table["table"] == "audited").sum()), rows=told.rows),
    ]
    if told.reference:
        caption.append(say("map.beside", n=int((table["table"] != "audited").sum())))
    return Figure(figure_of("map", table, by=by), say("map.alt", items=items), " ".join(caption))


OF_ROWS = OfRows(
    ("prediction", "embedding"),
    facts=("maps",),
)
MAP = Chapter("map", row_map, of_rows=OF_ROWS)
