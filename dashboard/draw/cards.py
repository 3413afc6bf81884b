"""Scores and findings as people read them: number, interval, n, verdict in words and colour, definition on request."""

from __future__ import annotations

import streamlit as st

from audit.language.numbers import numbers
from audit.language.palette import css_share
from audit.language.translating import tr, tr_later
from audit.records import Score
from audit.score.definitions import define
from audit.score.wording import meaning_said, probe_names, title_said
from audit.slices import Slice
from dashboard.page.text import escaped, interval, number, plain

VERDICTS = {
    "PASS": (tr_later("Pass"), "green", ":material/check_circle:"),
    "FAIL": (tr_later("Fail"), "red", ":material/cancel:"),
    "INCONCLUSIVE": (tr_later("Inconclusive"), "orange", ":material/help:"),
}
STATUSES = {
    "queued": (tr_later("Queued"), "gray", ":material/schedule:"),
    "preparing": (tr_later("Preparing"), "blue", ":material/hourglass_top:"),
    "running": (tr_later("Running"), "blue", ":material/progress_activity:"),
    "scoring": (tr_later("Scoring"), "blue", ":material/calculate:"),
    "paused": (tr_later("Paused"), "orange", ":material/pause_circle:"),
    "cancelled": (tr_later("Cancelled"), "gray", ":material/block:"),
    "finished": (tr_later("Finished"), "green", ":material/task_alt:"),
    "failed": (tr_later("Failed"), "red", ":material/error:"),
}
SEVERITIES = {
    "critical": (tr_later("critical"), "red"),
    "high": (tr_later("high"), "red"),
    "medium": (tr_later("medium"), "orange"),
    "low": (tr_later("low"), "gray"),
}
NO_VERDICT = (tr_later("No verdict"), "gray", ":material/remove:")


def verdict_badge(verdict: str | None) -> None:
    """The verdict of a run or a check; says so when there is none."""
    label, color, icon = VERDICTS.get(verdict or "", NO_VERDICT)
    st.badge(tr(label), color=color, icon=icon)  # type: ignore[arg-type]


def verdict_text(verdict: str | None) -> str:
    """The verdict as coloured Markdown, for lines of text."""
    label, color, icon = VERDICTS.get(verdict or "", NO_VERDICT)
    return f":{color}[{icon} **{tr(label)}**]"


def status_badge(status: str) -> None:
    """What a run is doing."""
    label, color, icon = STATUSES[status]
    st.badge(tr(label), color=color, icon=icon)  # type: ignore[arg-type]


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
        str(value) if name == "label" else str(Slice({name: value})) for name, value in score.where.items()
    )
    parts = [part for part in (about, where) if part]
    return f"{title}: {', '.join(parts)}" if parts else title


def score_metric(score: Score, *, verdict: str | None = None, title: str | None = None) -> None:
    """One score as a card: value large, interval and n beneath, definition behind the info icon."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(plain(title or title_of(score)), number(score.value, score.unit), help=about(score))
        between = interval(score.low, score.high, score.unit)
        st.caption(
            tr("{interval} · n = {n}", interval=plain(between), n=score.n)
            if between
            else tr("n = {n} · no interval", n=score.n)
        )
        if verdict:
            st.markdown(verdict_text(verdict))
        elif score.value is None and score.note:
            st.caption(plain(score.note))


def range_html(score: Score, threshold: float | None) -> str:
    """The interval on a line with the threshold across it; shares only."""
    if score.low is None or score.high is None or score.value is None or score.unit != "share":
        return ""
    low, high, value = (max(0.0, min(1.0, v)) for v in (score.low, score.high, score.value))
    limit = "" if threshold is None else f'<span class="limit" style="left:{css_share(threshold)}"></span>'
    said = {"value": number(score.value), "interval": interval(score.low, score.high)}
    text = escaped(
        tr("{value}, interval {interval}", **said)
        if threshold is None
        else tr("{value}, interval {interval}, threshold {threshold}", threshold=numbers().setting(threshold), **said)
    )
    return (
        f'<div class="assay-range" role="img" aria-label="{text}" title="{text}">'
        f'<span class="span" style="left:{css_share(low)};width:{css_share(max(0.006, high - low))}"></span>'
        f'<span class="dot" style="left:{css_share(value)}"></span>{limit}</div>'
    )
