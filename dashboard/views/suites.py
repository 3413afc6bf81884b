"""Behaviour: suites of sentences whose answers every reader knows; read, brought in, kept, taken out, and asked."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.actions import suites
from audit.actions.suites import NamedSuite
from audit.errors import UnknownName
from audit.language.saying import capitalised
from audit.language.translating import tr, tr_n
from dashboard.forms.suite_draft import TYPES, write_test
from dashboard.forms.suite_import import bring_in
from dashboard.page.confirm import confirm
from dashboard.page.frame import heading
from dashboard.page.guard import guarded
from dashboard.page.press import travels
from dashboard.page.state import actor, link, page, parameter, store
from dashboard.page.text import one_line, plain, when
from models.language_names import language_list

CASES = 30
"""Cases of a test that are shown."""
LABELS = 6


def show() -> None:
    """Draw the page."""
    name = parameter("suite")
    if parameter("make"):
        _back()
        heading(
            tr("Write a test"), tr("Templates with slots make its cases; what comes of them is shown as you write.")
        )
        write_test(name)
        return
    if not name:
        _all()
        return
    try:
        suite = suites.named(store(), name)
    except UnknownName:
        heading(tr("This suite is not here"))
        st.info(tr("It was deleted, or the link is not right."), icon=":material/info:")
        link("suites", tr("All suites"), icon=":material/list_alt:")
        return
    _back()
    heading(plain(suite.name), _facts(suite))
    with guarded():
        _one(suite)


def _back() -> None:
    st.page_link(page("suites"), label=tr("All suites"), icon=":material/arrow_back:")


def _all() -> None:
    heading(
        tr("Behaviour"),
        tr(
            "Suites of sentences whose answers every reader knows: negation, names, spelling and the like. An audit asks them beside "
            "the rows of its table, and says which kinds of sentences a model gets wrong."
        ),
    )
    st.button(
        tr("Write a test"), key="suite-make", type="primary", icon=":material/edit_note:", on_click=travels,
        args=("suites", lambda: {"make": "1"}),
    )  # fmt: skip
    for suite in suites.listed(store()):
        with st.container(border=True):
            name, about = st.columns([3, 6], vertical_alignment="center")
            with name:
                link("suites", f"**{plain(suite.name, 60)}**", icon=":material/checklist:", suite=suite.name)
                st.caption(_from(suite))
            about.caption(_facts(suite, whose=False))
    st.header(tr("Bring one in"), anchor=False)
    bring_in()


def _from(suite: NamedSuite) -> str:
    """Where a suite is from. Markdown."""
    if suite.kept is None:
        return tr("Comes with Assay")
    kept = suite.kept
    return tr("Version {n}, by {who}, {when}", n=kept.version, who=plain(kept.who), when=when(kept.saved_at))


def _facts(suite: NamedSuite, *, whose: bool = True) -> str:
    """How much there is in it, about which labels, in which language. Markdown."""
    labels = ", ".join(suite.labels[:LABELS]) + (" …" if len(suite.labels) > LABELS else "")
    parts = [
        tr_n("{n} test", "{n} tests", suite.tests),
        tr_n("{n} case", "{n} cases", suite.cases),
        *([plain(language_list([suite.language]), 60)] if suite.language else []),
        *([tr("labels: {labels}", labels=plain(labels, 200))] if labels else []),
        *([_from(suite)] if whose else []),
    ]
    return " · ".join(parts)


def _one(suite: NamedSuite) -> None:
    read = suites.read(store(), suite)
    _buttons(suite)
    if read.description:
        st.caption(plain(read.description, 600))
    st.dataframe(
        pd.DataFrame(
            {
                tr("Test"): [one_line(test.name, 80) for test in read.tests],
                tr("Capability"): [one_line(test.capability, 60) for test in read.tests],
                tr("Type"): [tr(TYPES[test.type]) for test in read.tests],
                tr("What must hold"): [capitalised(one_line(suites.must_hold(test), 160)) for test in read.tests],
                tr("Cases"): [len(test.cases) for test in read.tests],
            }
        ),
        hide_index=True, key="suite-tests",
    )  # fmt: skip
    names = [test.name for test in read.tests]
    chosen = st.selectbox(
        tr("Read the cases of"), names, key=f"suite-test-{suite.digest}", format_func=lambda n: one_line(n, 80)
    )
    test = next(test for test in read.tests if test.name == chosen)
    if test.description:
        st.caption(plain(test.description, 400))
    lines = [
        " &nbsp;→&nbsp; ".join(
            _said(text, label) for text, label in zip(case.texts, case.labels or (None,) * len(case.texts), strict=True)
        )
        for case in test.cases[:CASES]
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    if len(test.cases) > CASES:
        st.caption(tr_n("and {n} more", "and {n} more", len(test.cases) - CASES))
    if suite.kept is not None and len(read.tests) > 1:
        confirm(
            tr("Remove this test"), lambda: _remove(suite, test.name), title=tr("Remove this test?"),
            question=tr("Remove **{test}** from the suite? The version before stays among its versions.", test=plain(test.name, 80)),
            yes=tr("Remove"), done=tr("The test was removed."), key="remove-test", button="do-remove-test", type="tertiary",
        )  # fmt: skip


def _said(text: str, label: str | None) -> str:
    shown = plain(text, 300)
    return shown if label is None else f"{shown} :gray[({plain(label, 60)})]"


def _remove(suite: NamedSuite, test: str) -> None:
    suites.save(actor(), suites.without_test(suites.text_of(store(), suite), test), suite.name)


def _buttons(suite: NamedSuite) -> None:
    with st.container(horizontal=True):
        st.button(
            tr("Audit a model with it"), key="suite-audit", type="primary", icon=":material/play_arrow:", on_click=travels,
            args=("new_audit", lambda: {"behaviour": suite.name}),
        )  # fmt: skip
        if suite.kept is not None:
            st.button(
                tr("Add a test"), key="suite-add", icon=":material/add:", on_click=travels,
                args=("suites", lambda: {"suite": suite.name, "make": "1"}),
            )  # fmt: skip
        else:
            st.button(
                tr("Copy"), key="suite-copy", icon=":material/content_copy:", on_click=travels,
                args=("suites", lambda: _copied(suite)), help=tr("A suite of your own with these tests, to change"),
            )  # fmt: skip
        st.download_button(
            tr("Download"), suites.text_of(store(), suite), f"{suite.name}.toml", "application/toml", key="suite-download",
            icon=":material/download:", on_click="ignore", help=tr("As a file for `run --behaviour` and `suite run`"),
        )  # fmt: skip
        if suite.kept is not None:
            confirm(
                tr("Delete"), lambda: _delete(suite.name), title=tr("Delete this suite?"),
                question=tr(
                    "Delete **{name}** with all its versions? Audits that asked it keep its sentences.", name=plain(suite.name)
                ),
                yes=tr("Delete"), done=tr("The suite was deleted."), key="delete-suite", button="do-delete-suite",
            )  # fmt: skip


def _copied(suite: NamedSuite) -> dict[str, str]:
    taken = {one.name.casefold() for one in suites.listed(store())}
    name = next(f"{suite.name} {n}" for n in range(2, 10_000) if f"{suite.name} {n}".casefold() not in taken)
    return {"suite": suites.save(actor(), suites.text_of(store(), suite), name, new=True).name}


def _delete(name: str) -> None:
    suites.delete(actor(), name)
    st.query_params.clear()
