"""What pages share: the store, ids in the URL, and links to other pages."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from audit.actions.reading import Reader
from audit.actor import Actor, local_user
from audit.errors import UnknownName
from audit.language.translating import tr
from audit.stored import Run
from dashboard.door.actor import HEADER, read_actor
from dashboard.page.text import plain

P = ParamSpec("P")
R = TypeVar("R")

SLICE, WHERE = "slice", "where"
"""Names in the address of the rows chosen: a kept slice, and a key to what was typed."""

PAGES: dict[str, Any] = {}
"""Name -> st.Page of the running session's script; filled by the router on every run."""


_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


def actor() -> Actor:
    """Whoever looks at the page, as the door knows them; where no door stands in front, the user of this process."""
    bound = _acting.get()
    if bound is not None:
        return bound
    said = st.context.headers.get(HEADER)
    return read_actor(said) if said else local_user()


def as_now(action: Callable[P, R]) -> Callable[P, R]:
    """The action, to be done later for whoever looks at the page now: a download is made where no page is known."""
    somebody = actor()

    @functools.wraps(action)
    def later(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _acting.set(somebody)
        try:
            return action(*args, **kwargs)
        finally:
            _acting.reset(token)

    return later


def store() -> Reader:
    """What is stored, as far as whoever looks at the page may read it.

    Raises:
        Forbidden: they may not.
        StoreError: the database cannot be used.
    """
    return Reader(actor())


def page(name: str) -> Any:
    """The st.Page called `name`, for `st.page_link` and `st.switch_page`."""
    return st.session_state["_pages"][name]


def go(name: str, **query: str) -> None:
    """Switch to another page; does not return."""
    st.switch_page(page(name), query_params=query or None)


def link(name: str, label: str, *, icon: str | None = None, help: str | None = None, **query: str) -> None:  # noqa: A002
    """A link to another page; `label` is Markdown, so untrusted parts of it must be escaped.

    Which rows of a run are chosen goes along to the other sections of its results.
    """
    if name == "report" and query.get("run") and query["run"] == parameter("run"):
        query = {key: parameter(key) for key in (SLICE, WHERE) if parameter(key)} | query
    st.page_link(page(name), label=label, icon=icon, help=help, query_params=query or None)


def parameter(name: str, default: str = "") -> str:
    """One value of the URL."""
    return str(st.query_params.get(name, default))


def keep(values: Mapping[str, str | None]) -> None:
    """Put values into the URL so that a reload or another browser sees the same; None removes."""
    for name, value in values.items():
        if value is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != value:
            st.query_params[name] = value


def confirm_address(path: str) -> None:
    """Have the browser's address say what this run of the script was asked for; the router calls it with the page's path.

    A link to the page one is on has Streamlit draw what it asks for, but leaves the address as it was: a reload, and
    every later press, would ask for what was there before. An address that says so already is left alone.
    """
    asked = {name: st.query_params.get_all(name) for name in st.query_params}
    there, before = st.session_state.get("_asked", ("", None))
    if there == path and before != asked:
        st.query_params.from_dict(asked)
    st.session_state["_asked"] = (path, asked)


def current_run(name: str = "run") -> Run | None:
    """The run named in the URL; None when the URL names none.

    Raises:
        UnknownName: it names a run that does not exist (any more).
    """
    wanted = parameter(name)
    return store().run(wanted) if wanted else None


def run_of_address() -> Run | None:
    """The run named in the URL; None when it names none. Names one that is not there: says so and ends the page."""
    try:
        return current_run()
    except UnknownName as error:
        wanted = parameter("run")
        st.title(tr("This run is not here"), anchor=False)
        if wanted and any(choice.startswith(wanted) for choice in error.choices):
            found = tr("Several runs begin with '{start}'; the link needs the whole id.", start=plain(wanted, 80))
        else:
            found = tr(
                "There is no run named '{name}': it was deleted, or the link is not right.", name=plain(wanted, 80)
            )
        st.info(found, icon=":material/info:")
        link("runs", tr("All runs"), icon=":material/list_alt:")
        st.stop()


def run_or_none(run_id: str) -> Run | None:
    """A run, or None when it is gone."""
    try:
        return store().run(run_id) if run_id else None
    except UnknownName:
        return None
