"""Performance: how well the model does as it is, before anybody attacks it."""

from __future__ import annotations

from audit.report import naming as w
from audit.report.blocks import Cards, Section, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import Strings
from audit.results.headline import performance_card
from audit.results.part import OfRows


def performance(report: Report, say: Strings, _caps: Caps) -> Section | None:
    """Its figures side by side; None without any."""
    chosen = performance_card(report.scores)
    if not chosen:
        return None
    cards = Cards(tuple(w.score_card(report, score, say) for score in chosen))
    return Section("performance", say("performance.title"), (Text(say("performance.intro")), cards))


OF_ROWS = OfRows(
    ("prediction",),
    scores=("audit.score.performance:performance", "audit.score.calibration:calibration", "audit.score.data:data"),
)
PERFORMANCE = Chapter("performance", performance, of_rows=OF_ROWS)
