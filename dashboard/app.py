"""The router, and nothing else: which pages there are, in which order, under which address."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import streamlit as st

from audit.language.translating import tr, tr_later
from dashboard.page.frame import before, sidebar
from dashboard.page.guard import guarded
from dashboard.page.reader import speak_to_reader
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
    "policies": (tr_later("Policies"), "gavel", tr_later("Workspace")),
    "settings": (tr_later("Settings"), "settings", tr_later("Workspace")),
}


def main(start: str = "overview") -> None:
    """Draw the page that the address asks for; `start` is the one without a path of its own."""
    speak_to_reader()
    st.set_page_config("Assay", page_icon=str(ICON), layout="wide")
    pages = {
        name: st.Page(_runner(name), title=tr(title), icon=f":material/{icon}:", url_path=name, default=name == start)
        for name, (title, icon, _) in VIEWS.items()
    }
    st.session_state["_pages"] = pages
    sections: dict[str, list[st.Page]] = {}
    for name, (_, _, section) in VIEWS.items():
        sections.setdefault(tr(section) if section else "", []).append(pages[name])
    chosen = st.navigation(sections)
    confirm_address(chosen.url_path)
    before(chosen.title)
    sidebar()
    chosen.run()


def _runner(name: str) -> Callable[[], None]:
    def run() -> None:
        with guarded(tr_later("This page could not be shown")):
            import_module(f"dashboard.views.{name}").show()

    run.__name__ = name
    return run


if __name__ == "__main__":
    main()
