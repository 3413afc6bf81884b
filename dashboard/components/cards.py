"""Scores and findings as people read them: number, interval, n, verdict in words and colour, definition on request."""

from __future__ import annotations

import streamlit as st

from audit.language.numbers import numbers
from audit.language.palette import css_share
from audit.records import Finding, Score
from audit.score.definitions import define
from audit.score.wording import probe_names
from audit.slices import Slice
from dashboard.components.text import escaped, interval, number, plain

VERDICTS = {
    "PASS": ("Pass", "green", ":material/check_circle:"),
    "FAIL": ("Fail", "red", ":material/cancel:"),
    "INCONCLUSIVE": ("Inconclusive", "orange", ":material/help:"),
}
STATUSES = {
    "queued": ("Queued", "gray", ":material/schedule:"),
    "preparing": ("Preparing", "blue", ":material/hourglass_top:"),
    "running": ("Running", "blue", ":material/progress_activity:"),
    "scoring": ("Scoring", "blue", ":material/calculate:"),
    "paused": ("Paused", "orange", ":material/pause_circle:"),
    "cancelled": ("Cancelled", "gray", ":material/block:"),
    "finished": ("Finished", "green", ":material/task_alt:"),
    "failed": ("Failed", "red", ":material/error:"),
}
SEVERITIES = {"critical": "red", "high": "red", "medium": "orange", "low": "gray"}


def verdict_badge(verdict: str | None) -> None:
    """The verdict of a run or a check; says so when there is none."""
    label, color, icon = VERDICTS.get(verdict or "", ("No verdict", "gray", ":material/remove:"))
    st.badge(label, color=color, icon=icon)  # type: ignore[arg-type]


def verdict_text(verdict: str | None) -> str:
    """The verdict as coloured Markdown, for lines of text."""
    label, color, icon = VERDICTS.get(verdict or "", ("No verdict", "gray", ":material/remove:"))
    return f":{color}[{icon} **{label}**]"


def status_badge(status: str) -> None:
    """What a run is doing."""
    label, color, icon = STATUSES[status]
    st.badge(label, color=color, icon=icon)  # type: ignore[arg-type]


def about(score: Score) -> str:
    """Definition, source and method of a score, as Markdown for a help text."""
    found = define(score.definition)
    level = numbers().level(score.level)
    basis = f"n = {numbers().count(score.n)}."
    if score.low is not None:
        basis = f"{level} interval by {plain(score.method)}, {basis}"
    note = f"\n\n{plain(score.note, 400)}" if score.note else ""
    return f"**{plain(found.title)}.** {plain(found.text, 1200)}\n\n_Source: {plain(found.source)}._ {basis}{note}"


GROUPS = ("attacks", "perturbations")
"""Probes of scores over several probes: their titles say so already."""


def definition(key: str) -> str:
    """The definition of a quantity, as Markdown for a help text."""
    found = define(key)
    return f"**{plain(found.title)}.** {plain(found.text, 1200)}\n\n_Source: {plain(found.source)}._"


def title_of(score: Score) -> str:
    """What a score is called on a card, with the probe or the slice it is about. Plain text."""
    title = define(score.definition).title
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
            f"{plain(between)} · n = {numbers().count(score.n)}"
            if between
            else f"n = {numbers().count(score.n)} · no interval"
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
    text = f"{number(score.value)}, interval {interval(score.low, score.high)}"
    text = escaped(text if threshold is None else f"{text}, threshold {numbers().setting(threshold)}")
    return (
        f'<div class="assay-range" role="img" aria-label="{text}" title="{text}">'
        f'<span class="span" style="left:{css_share(low)};width:{css_share(max(0.006, high - low))}"></span>'
        f'<span class="dot" style="left:{css_share(value)}"></span>{limit}</div>'
    )


def finding_line(finding: Finding) -> str:
    """Verdict, severity and title in one line of Markdown."""
    severity = f" :{SEVERITIES[finding.severity]}-badge[{finding.severity}]" if finding.verdict != "PASS" else ""
    return f"{verdict_text(finding.verdict)}{severity} &nbsp; {plain(finding.title, 300)}"
