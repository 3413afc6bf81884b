"""Help: a tour on the sample, what everything is and does in plain words, with examples that real probes made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import streamlit as st

from audit.kinds import KINDS, names
from audit.language.probes import kind_choices
from audit.language.translating import tr, tr_later
from audit.score.definitions import known
from audit.score.wording import meaning_said, title_said
from audit.spec import SUITES
from dashboard.draw.help_examples import example_html
from dashboard.draw.probe_choices import card
from dashboard.page.address import bound, bound_text
from dashboard.page.frame import heading
from dashboard.page.state import link
from dashboard.page.text import plain, told_again

TOUR = (
    (
        "overview", "space_dashboard", tr_later("Overview"),
        tr_later("Press *Audit it* beside *Sentiment*: about a minute on reviews that come with Assay, with a bundled model."),
    ),
    (
        "runs", "list_alt", tr_later("Runs"),
        tr_later("Watch the audit: what is done, what is left. It goes on when the browser is closed."),
    ),
    (
        "report", "assessment", tr_later("Run report"),
        tr_later("Open the report when it is ready. Begin with the summary: what was found, and what to do about it. Then look "
                 "at the rows behind a finding."),
    ),
    (
        "explain", "psychology", tr_later("Explain"),
        tr_later("Take one of those texts: which words decide, what is the smallest change that turns the answer?"),
    ),
    (
        "data", "table_view", tr_later("Data"),
        tr_later("Upload a table of your own: one row a text, with a label where you have one."),
    ),
    (
        "new_audit", "add_circle", tr_later("New audit"),
        tr_later("Audit it. The quick suite is a first look; take standard for a report that somebody relies on."),
    ),
)  # fmt: skip
"""Page, icon, its name, and what to do there."""
BETTER = {"higher_is_better": tr_later("More is better."), "lower_is_better": tr_later("Less is better.")}
WHICH = (
    tr_later("**Integrated gradients** first: close to the best order of words, for about 20 model evaluations a text."),
    tr_later("**Leave-one-out** beside it where you want numbers anybody can check: the answer without each word."),
    tr_later("**Shapley values, KernelSHAP or LIME** for a text that matters: closest to the best order of words, at 180 to 500 "
             "model evaluations."),
    tr_later("**Saliency and attention** are views into the model, not evidence: on film reviews they come a fifth to under a "
             "half of the way from chance to the best order, where the others come 76% to 97%. They know no direction."),
    tr_later("Where methods disagree on a text, say so; do not choose the one you like."),
)  # fmt: skip
"""What docs/faithfulness.md measured, as advice."""
CHOSEN = tuple(name for name, kind in KINDS.items() if kind.probes and not kind.always)
"""Kinds of probes that people choose from."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that is explained: its part of the page, what it is called, everything that is searched, how it is drawn."""

    part: str
    title: str
    words: str
    draw: Callable[[], None]


def show() -> None:
    """Draw the page."""
    heading(tr("Help"), tr("A tour of five minutes, and what every suite, method, recipe and number means."))
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    wanted = bound_text(left.text_input, tr("Search"), key="find", icon=":material/search:",
                        placeholder=tr("For example: calibration, typo, SHAP"))  # fmt: skip
    parts = _parts()
    part = bound(right.selectbox, tr("Part"), list(parts), key="part", format_func=lambda name: parts[name])
    if not wanted and part in ("", "tour"):
        _tour()
    found = [entry for entry in _entries() if part in ("", entry.part) and _holds(entry, wanted)]
    if not found and part != "tour":
        st.info(tr("Nothing here holds these words; try fewer, or another part."), icon=":material/search_off:")
    if found and not (wanted or part):
        st.header(tr("What everything is"), anchor=False)
    for name in ("suites", *CHOSEN, "glossary"):
        _part(name, parts[name], [entry for entry in found if entry.part == name], opened=bool(wanted or part))


def _parts() -> dict[str, str]:
    """The parts of the page by their names."""
    kinds = {kind: kind_choices(kind) for kind in CHOSEN}
    return {"": tr("Everything"), "tour": tr("Tour"), "suites": tr("Suites"), **kinds, "glossary": tr("Glossary")}


def _holds(entry: Entry, wanted: str) -> bool:
    return all(word in entry.words for word in wanted.casefold().split())


def _tour() -> None:
    st.header(tr("Five minutes with the sample"), anchor=False)
    for number, (page, icon, name, what) in enumerate(TOUR, start=1):
        left, right = st.columns([1, 4], vertical_alignment="center")
        with left:
            link(page, f"{number}. {tr(name)}", icon=f":material/{icon}:")
        right.markdown(tr(what))


def _part(name: str, title: str, entries: list[Entry], *, opened: bool) -> None:
    if not entries:
        return
    if opened:
        st.header(title, anchor=False)
    if name == "explainer":
        with st.expander(tr("Which method to take"), expanded=opened):
            st.markdown("\n".join(f"- {tr(one)}" for one in WHICH))
    place = st.container(border=True) if opened else st.expander(title)
    with place:
        for entry in entries:
            st.markdown(f"**{plain(entry.title)}**")
            entry.draw()


def _entries() -> Iterator[Entry]:
    for suite in SUITES.values():
        yield _entry("suites", suite.name.capitalize(), [tr(suite.about)])
    for kind in CHOSEN:
        for name in names(kind):
            about = card(kind, name)
            lines = [told_again(about.act)]
            if about.paper:
                lines.append(tr("{paper} · cost: {cost}", paper=about.paper, cost=told_again(about.cost)))
            if not about.evidence:
                lines.append(tr("A view into the model, not evidence for an explanation."))
            yield _entry(kind, told_again(about.title), lines, example=(kind, name))
    for definition in known().values():
        lines = [
            meaning_said(definition.key),
            tr(BETTER[definition.direction]) if definition.direction in BETTER else "",
        ]
        yield _entry("glossary", title_said(definition.key), lines)


def _entry(part: str, title: str, lines: list[str], example: tuple[str, str] | None = None) -> Entry:
    said = [line for line in lines if line]

    def draw() -> None:
        st.markdown(plain(said[0], 2000))
        if example is not None and (html := example_html(*example)):
            st.html(html)
        for line in said[1:]:
            st.caption(plain(line, 500))

    return Entry(part, title, " ".join([title, *said]).casefold(), draw)
