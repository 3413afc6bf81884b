"""Report, summary: the score card and the findings with their evidence."""

from __future__ import annotations

import streamlit as st

from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.records import Finding, Score
from audit.results.headline import card, verdict_of
from audit.stored import Run
from dashboard.components.cards import finding_line, range_html, score_metric, title_of
from dashboard.components.evidence import show_evidence
from dashboard.components.nothing import say_nothing
from dashboard.components.paging import by_line, export_button, readable
from dashboard.components.scores import scores_frame
from dashboard.components.state import link, store
from dashboard.components.text import interval, number, plain, told_again
from dashboard.components.whole_sample import show_whole_sample


def show(run: Run) -> None:
    """Draw the section."""
    scores, findings = store().scores(run.id), store().findings(run.id)
    if not scores:
        say_nothing(run, "scores", going=tr("There are no scores yet: they are computed when an audit ends."))
        return
    for warning in run.table_warnings:
        st.warning(plain(told_again(warning), 600), icon=":material/table_view:")
    cards = card(scores, 8)
    for start in range(0, len(cards), 4):
        for column, score in zip(st.columns(4), cards[start : start + 4], strict=False):
            with column:
                score_metric(score, verdict=verdict_of(findings, score))
    _findings(run, findings)
    show_whole_sample(run)
    with st.expander(tr("All {n} scores", n=len(scores)), icon=":material/table_rows:"):
        _all_scores(run, scores)


def _findings(run: Run, findings: tuple[Finding, ...]) -> None:
    failed = [f for f in findings if f.verdict == "FAIL"]
    open_ = [f for f in findings if f.verdict == "INCONCLUSIVE"]
    passed = [f for f in findings if f.verdict == "PASS"]
    st.subheader(tr("Findings"), anchor=False)
    if not findings:
        st.caption(tr("No check of the policy applies to this run."))
        return
    said = tr(
        "{failed} failed, {open} inconclusive, {passed} passed. Verdicts allow for the number of checks: see each check's own "
        "level.",
        failed=len(failed),
        open=len(open_),
        passed=len(passed),
    )
    st.caption(said)
    for number_, finding in enumerate((*failed, *open_)):
        _finding(run, finding, expanded=number_ == 0)
    if passed:
        with st.expander(tr_n("{n} check passed", "{n} checks passed", len(passed)), icon=":material/check_circle:"):
            for finding in passed:
                st.markdown(finding_line(finding))
                st.caption(_numbers(finding))


def _finding(run: Run, finding: Finding, *, expanded: bool) -> None:
    with st.expander(finding_line(finding), expanded=expanded):
        if line := range_html(finding.score, finding.threshold):
            st.html(line)
        st.markdown(_numbers(finding))
        st.markdown(f"**{tr('Why it matters.')}** {plain(finding.why, 1500)}")
        st.markdown(f"**{tr('What to do.')}** {plain(finding.next_step, 1500)}")
        if finding.note:
            st.caption(plain(finding.note, 600))
        if finding.evidence:
            st.markdown(tr_n("**Evidence** ({n} row)", "**Evidence** ({n} rows)", len(finding.evidence)))
            left, right = st.columns(2)
            for place, row_id in enumerate(finding.evidence[:10]):
                with left if place % 2 == 0 else right:
                    show_evidence(run, row_id, finding.score)


def _numbers(finding: Finding) -> str:
    score = finding.score
    value = f"**{number(score.value, score.unit)}**"
    parts = [
        tr(
            "{score}: {value}",
            score=plain(title_of(score)),
            value=numbers().with_interval(value, interval(score.low, score.high, score.unit)),
        ),
        tr("n = {n}", n=score.n),
    ]
    if finding.threshold is not None:
        parts.append(tr("threshold {value}", value=numbers().setting(finding.threshold, score.unit)))
    parts.append(tr("judged at {level}", level=numbers().level(finding.adjusted_level)))
    return " · ".join(parts)


def _all_scores(run: Run, scores: tuple[Score, ...]) -> None:
    part = st.text_input(
        tr("Filter"), key="score-filter", placeholder=tr("name, probe or label"), icon=":material/search:"
    )
    frame = scores_frame([s for s in scores if part.lower() in f"{title_of(s)} {s.key}".lower()])
    st.dataframe(
        by_line(readable(frame), list(frame["unit"]), ("value", "low", "high")),
        hide_index=True,
        height=420,
        key="all-scores",
        alt=tr("Every score with interval, n and method"),
        column_config={
            "score": tr("Score"), "value": tr("Value"), "low": tr("From"), "high": tr("To"), "n": "n", "level": tr("Level"),
            "unit": tr("Unit"), "method": tr("Interval by"), "note": tr("Note"), "key": tr("Key"),
        },
    )  # fmt: skip
    export_button(lambda: scores_frame(scores), f"scores-{run.id}.csv", "export-scores")
    link("report", tr("Definitions and provenance"), icon=":material/menu_book:", run=run.id, section="provenance")
