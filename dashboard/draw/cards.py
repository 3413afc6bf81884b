"""Scores and findings as people read them: number, interval, n, verdict in words and colour, definition on request."""

from __future__ import annotations

import streamlit as st

from audit.language import verdicts
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later
from audit.language.verdicts import state
from audit.score.definitions import define
from audit.score.wording import meaning_said, probe_names, title_said
from audit.scored import Score
from audit.slices import WHERE, Slice
from dashboard.page.text import interval, number, plain

VERDICTS = {
    "PASS": ("green", ":material/check:"),
    "FAIL": ("red", ":material/close:"),
    "INCONCLUSIVE": ("orange", ":material/question_mark:"),
}
STATUSES = {
    "queued": ("gray", ":material/schedule:"),
    "preparing": ("blue", ":material/hourglass_top:"),
    "running": ("blue", ":material/progress_activity:"),
    "scoring": ("blue", ":material/calculate:"),
    "paused": ("orange", ":material/pause_circle:"),
    "cancelled": ("gray", ":material/block:"),
    "finished": ("gray", ":material/flag:"),
    "failed": ("violet", ":material/error:"),
}
"""Colour and icon of each state; none is that of a verdict."""
SEVERITIES = {
    "critical": (tr_later("critical"), "red"),
    "high": (tr_later("high"), "red"),
    "medium": (tr_later("medium"), "orange"),
    "low": (tr_later("low"), "gray"),
}
"""Word and colour of each severity of a check."""
NO_VERDICT = ("gray", ":material/remove:")


def verdict_badge(verdict: str | None) -> None:
    """The verdict of a run; says so when there is none."""
    color, icon = VERDICTS.get(verdict or "", NO_VERDICT)
    st.badge(verdicts.of_run(verdict), color=color, icon=icon)  # type: ignore[arg-type]


def verdict_text(verdict: str | None) -> str:
    """The verdict of a run as coloured Markdown, for lines of text."""
    color, icon = VERDICTS.get(verdict or "", NO_VERDICT)
    return f":{color}[{icon} **{verdicts.of_run(verdict)}**]"


def status_badge(status: str) -> None:
    """What a run is doing."""
    color, icon = STATUSES[status]
    st.badge(state(status), color=color, icon=icon)  # type: ignore[arg-type]


def outcome_badge(status: str, verdict: str | None) -> None:
    """What a run came to where it has finished, else what it is doing."""
    verdict_badge(verdict) if status == "finished" else status_badge(status)


def about(score: Score) -> str:
    """Definition, source and method of a score, as Markdown for a help text."""
    level = numbers().level(score.level)
    if score.low is None:
        basis = tr("n = {n}.", n=score.n)
    else:
        basis = tr("{level} interval by {method}, n = {n}.", level=level, method=plain(score.method), n=score.n)
    note = f"\n\n{plain(score.note, 400)}" if score.note else ""
    return f"{definition(score.definition)} {basis}{note}"


GROUPS = ("attacks", "perturbations")
"""Probes of scores over several probes: their titles say so already."""


def definition(key: str) -> str:
    """The definition of a quantity, as Markdown for a help text."""
    found = define(key)
    source = tr("Source: {source}.", source=plain(found.source))
    return f"**{plain(title_said(key))}.** {plain(meaning_said(key), 1200)}\n\n_{source}_"


def title_of(score: Score) -> str:
    """What a score is called on a card, with the probe or the slice it is about. Plain text."""
    title = title_said(score.definition)
    about = "" if score.probe in GROUPS else probe_names(score)
    where = ",".join(
        str(value) if name in ("label", WHERE) else str(Slice({name: value})) for name, value in score.where.items()
    )
    parts = [part for part in (about, where) if part]
    return f"{title}: {', '.join(parts)}" if parts else title


def score_metric(score: Score) -> None:
    """One score as a card: value large, interval and n beneath, definition behind the info icon."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(plain(title_of(score)), number(score.value, score.unit), help=about(score))
        between = interval(score.low, score.high, score.unit)
        st.caption(
            tr("{interval} · n = {n}", interval=plain(between), n=score.n)
            if between
            else tr("n = {n} · no interval", n=score.n)
        )
        if score.value is None and score.note:
            st.caption(plain(score.note))
