"""What surrounds every page: logo, style, notices, and in the side bar whether a worker is alive and what runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from audit.actions import workers
from audit.language.numbers import numbers
from audit.language.palette import EDITS, Mode, rgb, verdict_colour
from audit.language.translating import tr, tr_later
from audit.language.verdicts import of_run, signed
from audit.report.colours import JUDGED
from audit.stored import ACTIVE
from dashboard.page.guard import act, safe, show_notice
from dashboard.page.press import before_page
from dashboard.page.reader import zone_name
from dashboard.page.state import actor, link, store
from dashboard.page.text import plain
from models.places import ASSETS

STYLE = Path(__file__).with_name("style.css")
CONTROLS: Mapping[str, Mapping[Mode, str]] = {
    "focus": {"light": "#1B5E9E", "dark": "#8CC3F5"},
    "button": {"light": "#1B5E9E", "dark": "#2F74B8"},
    "ground": {"light": "#FFFFFF", "dark": "#10161D"},
}
"""The ring around what the keyboard is at; the ground of the button that a page is about, under white letters; of a page."""
MODES: tuple[Mode, ...] = ("light", "dark")
DOING = {
    "queued": tr_later("queued, {share}"),
    "preparing": tr_later("preparing, {share}"),
    "running": tr_later("running, {share}"),
    "scoring": tr_later("scoring, {share}"),
}
"""What an active run is doing, and how much of it is done."""
_STARTED = "worker-started"
"""What became of starting a worker: the banner is redrawn without the page around it, and has to say so itself."""


def before(title: str, sections: Mapping[str, str]) -> None:
    """Style and logo, then the notice that an action left behind.

    Args:
        title: of the page.
        sections: names of pages with which a section of the navigation begins, and what it is called.
    """
    st.logo(str(ASSETS / "logo.svg"), size="large", icon_image=str(ASSETS / "logo-icon.png"))
    st.html(STYLE)
    st.html(f"<style>{_colours()}{''.join(map(_section, sections, sections.values()))}</style>")
    before_page(title)
    show_notice()


def _section(page: str, title: str) -> str:
    """The heading above a page of the navigation. Streamlit's own makes of the list one that screen readers cannot read."""
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    return f'[data-testid="stSidebarNavItems"] li:has(a[href$="/{page}"])::before{{content:"{quoted}"}}'


def _colours() -> str:
    """The colours of `style.css` that mean something: of edits as red, green, blue, of judgements as they are.

    Within the page they follow the reader's scheme by themselves; dialogs, which lie outside of it, are drawn when they
    open, in the scheme of that time. `navigation.js` asks for a redraw where the scheme that was drawn in is another.
    """
    mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
    named: dict[str, Mapping[Mode, str]] = {
        **{tone: {shown: verdict_colour(verdict, shown) for shown in MODES} for tone, verdict in JUDGED.items()},
        **CONTROLS,
    }
    edits = [f"--assay-{name}:{','.join(map(str, rgb(shade.hue)))}" for name, shade in EDITS.items()]
    drawn = [f"--assay-{name}:{colours[mode]}" for name, colours in named.items()]
    followed = [f"--assay-{name}:light-dark({colours['light']},{colours['dark']})" for name, colours in named.items()]
    return f':root{{--assay-drawn:{mode};{";".join([*edits, *drawn])}}}[data-testid="stApp"]{{{";".join(followed)}}}'


def heading(title: str, about: str = "") -> None:
    """The title of a page with one line that says what it is for. Both are Markdown."""
    st.title(title, anchor=False)
    if about:
        st.caption(about)


def sidebar(part: str = "") -> None:
    """Draw the part of the side bar below the navigation; `part` of the Help page is about this page."""
    with st.sidebar:
        if part:
            link("help", tr("Help on this page"), icon=":material/help_center:", part=part)
        _activity()
        st.caption(
            tr("Times are in {zone}.", zone=plain(zone_name())),
            help=tr("The time zone your browser tells, else UTC. Reports and files have UTC."),
        )


@st.fragment(run_every=5)
@safe
def _activity() -> None:
    if store().worker_alive:
        st.caption(
            f":material/check_circle: {tr('Worker ready')}", help=tr("A worker computes audits in the background.")
        )
    else:
        st.caption(
            f":material/warning: {tr('No worker is running')}", help=tr("Audits wait until one is started: see Runs.")
        )
    running = store().runs(status=ACTIVE, limit=3)
    run: Any
    for run in running.itertuples():
        share = store().progress(run.id).share  # the run's page says the same
        link("runs", f"{plain(run.name, 27)}", icon=":material/progress_activity:", run=run.id)
        st.progress(share, text=tr(DOING[run.status], share=numbers().share(share)))
    for run in store().runs(status=("finished",), limit=1).itertuples():
        link("report", plain(run.name, 27), icon=":material/flag:", run=run.id)
        st.caption(plain(signed(run.verdict, of_run(run.verdict))))


@st.fragment(run_every=5)
@safe
def no_worker_banner(*, first: bool = True) -> None:
    """Say that nothing will be computed, and offer to start a worker; `first`: that is what the page is about then.

    A page that is open when its last worker dies says so as well, and one whose worker has started says so no longer.
    """
    show_notice(_STARTED)
    if store().worker_alive:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="no-worker"):
        st.warning(
            tr("**No worker is running**, so audits wait. Start one here, or with `python -m audit worker`."),
            icon=":material/warning:", width="stretch",
        )  # fmt: skip
        st.button(
            tr("Start a worker"), type="primary" if first else "secondary", icon=":material/play_arrow:", key="start-worker",
            on_click=act, args=(_start_worker, tr("The worker is starting; it takes a few seconds."), _STARTED),
        )  # fmt: skip


def _start_worker() -> None:
    workers.start(actor(), idle_exit=None)
