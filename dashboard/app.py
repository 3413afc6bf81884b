"""The router, and nothing else: which pages there are, in which order, under which address."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import import_module
from urllib.parse import unquote, urlsplit

import streamlit as st

from audit.language.translating import tr, tr_later
from dashboard.page.frame import before, sidebar
from dashboard.page.guard import guarded
from dashboard.page.reader import speak_to_reader
from dashboard.page.settled import settle
from dashboard.page.state import confirm_address
from models.places import ASSETS

ICON = ASSETS / "logo-icon.png"

# url path: (title, icon, section)
VIEWS: dict[str, tuple[str, str, str]] = {
    "overview": (tr_later("Overview"), "space_dashboard", ""),
    "new_audit": (tr_later("New audit"), "add_circle", tr_later("Audit")),
    "runs": (tr_later("Runs"), "list_alt", tr_later("Audit")),
    "report": (tr_later("Run report"), "assessment", tr_later("Audit")),
    "compare": (tr_later("Compare"), "compare_arrows", tr_later("Audit")),
    "explain": (tr_later("Explain"), "psychology", tr_later("Explore")),
    "models": (tr_later("Models"), "deployed_code", tr_later("Workspace")),
    "data": (tr_later("Data"), "table_view", tr_later("Workspace")),
    "suites": (tr_later("Behaviour"), "checklist", tr_later("Workspace")),
    "policies": (tr_later("Policies"), "gavel", tr_later("Workspace")),
    "settings": (tr_later("Settings"), "settings", tr_later("Workspace")),
    "help": (tr_later("Help"), "help", tr_later("Workspace")),
}
HELP_ON = {
    "new_audit": "suites", "report": "glossary", "compare": "glossary", "explain": "explainer", "overview": "tour", "": "tour",
}  # fmt: skip
"""Page -> the part of Help that is about it."""


def sections() -> dict[str, str]:
    """The first page of each section of the navigation, and what the section is called."""
    firsts: dict[str, str] = {}
    for name, (_, _, section) in reversed(VIEWS.items()):
        if section:
            firsts[section] = name
    return {name: tr(section) for section, name in firsts.items()}


def main(start: str = "overview") -> None:
    """Draw the page that the address asks for; `start` is the one without a path of its own."""
    speak_to_reader()
    st.set_page_config("Assay", page_icon=str(ICON), layout="wide")
    bare = f"{start}-bare"  # Streamlit wants a path of the page without one too, and its own name is a hidden page's
    pages = {
        name: st.Page(
            _runner(name), title=tr(title), icon=f":material/{icon}:", url_path=bare if name == start else name,
            default=name == start,
        )
        for name, (title, icon, _) in VIEWS.items()
    }  # fmt: skip
    st.session_state["_pages"] = pages
    chosen = st.navigation([*pages.values(), *_hidden({*pages, bare}, start)], expanded=True)
    confirm_address(chosen.url_path)
    before(chosen.title, sections())
    sidebar(HELP_ON.get(chosen.url_path, ""))
    chosen.run()
    settle()


def _hidden(known: Collection[str], start: str) -> list[st.Page]:
    """The page of an address that is on no list, where the browser is at one.

    That of the start page by its name, which Streamlit knows by the bare address alone; else one that says in our words that
    there is none.
    """
    path = unquote(urlsplit(st.context.url or "").path.rpartition("/")[2])
    if path == start:
        return [st.Page(_runner(start), title=tr(VIEWS[start][0]), url_path=start, visibility="hidden")]
    if not path or path in known:
        return []
    return [st.Page(_runner("lost"), title=tr("Page not found"), url_path=path, visibility="hidden")]


def _runner(name: str) -> Callable[[], None]:
    def run() -> None:
        with guarded(tr_later("This page could not be shown")):
            import_module(f"dashboard.views.{name}").show()

    run.__name__ = name
    return run


if __name__ == "__main__":
    main()
