"""Settings and about: where things are, what is installed, what is missing and how to get it."""

from __future__ import annotations

import os
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import streamlit as st

from audit.actions import workers
from audit.language.translating import tr, tr_later, tr_n
from dashboard.forms.brand import brand_form
from dashboard.forms.resources import fetch, fetching, listed
from dashboard.page.frame import heading
from dashboard.page.guard import act, guarded, safe, show_notice
from dashboard.page.live import live_process
from dashboard.page.state import actor, store
from dashboard.page.text import plain, size, told_again, when
from models.places import REPOSITORY, cache, home

PACKAGES = (
    "assay", "streamlit", "plotly", "torch", "transformers", "captum", "textattack", "peft", "sqlalchemy", "dbos", "typst",
)  # fmt: skip
WORKER, RESOURCES = "worker-notice", "resources-notice"
"""Where two fragments find what became of a press: they are redrawn without the page around them."""
SQLITE = tr_later(
    "Database: SQLite in the data folder. Another place: set ASSAY_HOME, ASSAY_CACHE, ASSAY_DATABASE_URL or ASSAY_FILES_URL "
    "before starting."
)
POSTGRESQL = tr_later(
    "Database: PostgreSQL. Another place: set ASSAY_HOME, ASSAY_CACHE, ASSAY_DATABASE_URL or ASSAY_FILES_URL before "
    "starting."
)


def show() -> None:
    """Draw the page."""
    heading(tr("Settings"), tr("Where Assay keeps things, what it has, and what it can fetch."))
    left, right = st.columns(2)
    with left:
        _places()
    with right:
        _workers()
    brand_form()
    st.header(tr("Resources"), anchor=False)
    about = tr(
        "Word lists, vectors and models that attack recipes use. Without one, the recipes that need it are skipped and say so."
    )
    st.caption(about)
    with guarded(tr_later("The resources could not be listed")):
        _resources()
    with st.expander(tr("Versions")):
        st.dataframe(
            [{tr("package"): name, tr("version"): _version(name)} for name in PACKAGES],
            hide_index=True,
            key="versions",
            alt=tr("Versions"),
        )
        st.caption(tr("Assay is free software under the Apache License 2.0."))


def _places() -> None:
    st.header(tr("Data folder"), anchor=False)
    folder = home()
    st.code(str(folder), language=None)
    used = (
        (tr("Database and runs"), _used(str(folder), deep=False)),
        (tr("Tables, reports and models"), store().kept_bytes()),
        (tr("Resources"), _used(str(cache()), deep=True)),
    )
    for name, taken in used:
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.text(name)
            st.text(size(taken))
    if store().shared_files:
        st.caption(tr("Tables, reports and models lie in {place}", place=plain(store().files.shown, 200)))
    st.caption(tr(SQLITE) if store().local_database else tr(POSTGRESQL))
    st.caption(tr("Logs: {folder}", folder=plain(folder / "logs", 200)))


@st.cache_data(ttl=60, show_spinner=False)
def _used(path: str, *, deep: bool) -> int:
    found = Path(path)
    files = found.rglob("*") if deep else found.glob("*")
    return sum(f.stat().st_size for f in files if f.is_file())


@st.fragment(run_every=5)
@safe
def _workers() -> None:
    st.header(tr("Processes"), anchor=False)
    known = store().workers()
    if not any(worker.alive for worker in known):
        st.warning(tr("No worker is running: audits wait."), icon=":material/warning:")
        st.button(tr("Start a worker"), key="settings-worker", icon=":material/play_arrow:", on_click=act,
                  args=(lambda: workers.start(actor(), idle_exit=None), "", WORKER))  # fmt: skip
    show_notice(WORKER)
    for worker in known:
        state = (
            f":green[:material/check_circle:] {tr('alive')}"
            if worker.alive
            else f":gray[:material/cancel:] {tr('ended') if worker.ended else tr('gone')}"
        )
        said = tr(
            "Worker **{id}** on {host}, process {process}: {state}",
            id=plain(worker.id, 40),
            host=plain(worker.host, 40),
            process=str(worker.pid),
            state=state,
        )
        st.markdown(said if worker.ended else f"{said}, {when(worker.heartbeat_at)}")
        if worker.activity and worker.alive:
            st.caption(plain(worker.activity, 200))
    st.markdown(
        tr("Interactive model process: running")
        if live_process().alive()
        else tr("Interactive model process: starts with the first question")
    )
    processors = tr_n("{n} processor", "{n} processors", os.cpu_count() or 1)
    st.caption(f"{processors} · {tr('installed in {folder}', folder=plain(REPOSITORY, 200))}")


@st.fragment(run_every=2)
@safe
def _resources() -> None:
    show_notice(RESOURCES)
    for resource in listed():
        with st.container(border=True):
            name, state, button = st.columns([3, 5, 1.4], vertical_alignment="center")
            name.markdown(f"**{plain(resource.name.replace('_', ' '))}**")
            if resource.here:
                state.markdown(f":green[:material/check_circle:] {plain(resource.about, 200)}")
            else:
                state.markdown(f":gray[:material/cloud_download:] {plain(resource.about, 300)}")
                running = fetching(resource.name)
                button.button(
                    tr("Getting it") if running else tr("Get it"), key=f"get-{resource.name}", disabled=running, width="stretch",
                    on_click=act, args=(partial(fetch, resource.name), "", RESOURCES),
                )  # fmt: skip
            if resource.said:
                st.caption(plain(told_again(resource.said), 400))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return tr("not installed")
