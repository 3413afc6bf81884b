"""Run report: one run from every side; the address holds run, section and filters, so that a link shows the same."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import streamlit as st

from audit.kinds import KINDS
from audit.language.saying import word
from audit.language.translating import tr, tr_later, tr_n
from audit.score.languages import mismatch_of
from audit.score.policy import policy_name
from audit.stored import ACTIVE, Run
from dashboard.draw.answers import labelled
from dashboard.draw.cards import outcome_badge
from dashboard.draw.chapters import say_whole, sections
from dashboard.draw.chosen_rows import rows_chosen
from dashboard.forms.rows_bar import rows_bar
from dashboard.page.address import bound
from dashboard.page.frame import heading
from dashboard.page.guard import guarded
from dashboard.page.state import link, parameter, run_of_address, store
from dashboard.page.text import local, plain, told_again
from dashboard.run.own_run import own_run
from dashboard.run.run_picker import pick_run

# section: (title, module of dashboard.views)
SECTIONS = {
    "summary": (tr_later("Summary"), "report_summary"),
    "robustness": (tr_later("Robustness"), "report_robustness"),
    "review": (tr_later("Review"), "report_review"),
    "explanations": (tr_later("Explanations"), "report_explanations"),
    "performance": (tr_later("Performance"), "report_performance"),
    "rows": (tr_later("Rows"), "report_rows"),
    "policy": (tr_later("Policy"), "report_policy"),
    "provenance": (tr_later("Provenance"), "report_provenance"),
    "print": (tr_later("Export"), "report_print"),
}
ALWAYS = ("policy", "provenance", "print")
"""Sections about the run, which are shown whichever rows are asked for."""
OWN = {"map": "report_map"}
"""Sections that chapters name, and that have browsers of their own."""


def show() -> None:
    """Draw the page."""
    run = run_of_address()
    if run is None:
        heading(tr("Run report"), tr("Scores, findings, adversarial examples and explanations of one audit."))
        pick_run(
            "report", status=("finished",), none=tr("No audit has finished yet; its report appears here when one has.")
        )
        return
    _header(run)
    _say_mismatch(run)
    if run.status in ACTIVE or run.status == "paused":
        st.info(
            tr("This audit is not over: scores appear at its end; finished rows can be read already."),
            icon=":material/pending:",
        )
        link("runs", tr("See its progress"), icon=":material/progress_activity:", run=run.id)
    if run.error:
        st.error(plain(told_again(run.error), 800), icon=":material/error:")
    titles = _titles(run)
    section = bound(st.segmented_control, tr("Section"), list(titles), key="section", default="summary", required=True,
        format_func=titles.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    with guarded(tr_later("This section could not be shown")):
        meant = rows_bar(run, section or "summary")
        if not meant and section not in ALWAYS:
            return
        if section in ALWAYS and meant and (found := rows_chosen(run)) is not None:
            say_whole(str(section), found)
        _, view = SECTIONS.get(section or "summary", ("", OWN.get(section or "", "report_chapter")))
        import_module(f"dashboard.views.{view}").show(run)


def _titles(run: Run) -> dict[str, str]:
    """The sections of a run, what chapters name besides among what was found, before what people do with it."""
    titles, others = {name: tr(title) for name, (title, _) in SECTIONS.items()}, _others(run)
    at = list(titles).index("rows")
    return dict([*list(titles.items())[:at], *others.items(), *list(titles.items())[at:]])


def _others(run: Run) -> dict[str, str]:
    """Sections that chapters name and that have no browsers, with their titles; those of kinds that the run did not ask are left out."""
    there = sections({probe.kind for probe in store().probes(run.id)}, labelled=labelled(run))
    asked = parameter("section")
    every = sections(KINDS) if asked in OWN and asked not in there else {}  # a link to one says what it takes
    there |= {name: title for name, title in every.items() if name == asked}
    return {name: title for name, title in there.items() if name not in SECTIONS}


def _header(run: Run) -> None:
    heading(plain(run.name))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        outcome_badge(run.status, run.verdict)
        st.caption(" · ".join(_facts(run)))
    own_run(run)
    if run.note:
        st.caption(f":material/info: {plain(told_again(run.note), 800)}")


def _say_mismatch(run: Run) -> None:
    """On every section, before any number: rows in languages that the model does not know."""
    if found := mismatch_of(run.provenance):
        said = f"**{plain(word(found.title), 200)}.** {plain(word(found.text), 600)}"
        st.error(said, icon=":material/translate:")


def _facts(run: Run) -> Iterator[str]:
    """What the run is of, how much of it, when, by whom, and which policy its verdict is from. Markdown."""
    yield tr_n(
        "{model} ({n} label) on {table}",
        "{model} ({n} labels) on {table}",
        len(run.labels),
        model=plain(run.model, 60),
        table=plain(run.table_name, 60),
    )
    rows, total = run.rows_sampled or 0, run.rows_total or 0
    yield (
        tr_n("{n} row of {total}", "{n} rows of {total}", rows, total=total)
        if rows and total > rows
        else tr_n("{n} row", "{n} rows", rows)
    )
    yield tr("{suite} suite", suite=plain(run.suite))
    if run.finished_at:
        yield tr("ended {when}", when=local(run.finished_at))
    else:
        yield tr("begun {when}", when=local(run.created_at))
    yield tr("by {who}", who=plain(run.who))
    if run.origin:
        yield plain(told_again(run.origin))
    if run.verdict and run.policy:
        name = policy_name(run.policy, imported=run.foreign_policy, short=True)
        yield tr("judged by the policy {name}", name=plain(name, 140))
