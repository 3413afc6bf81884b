"""The router, and nothing else: which pages there are, in which order, under which address."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import streamlit as st

from dashboard.components.frame import before, sidebar
from dashboard.components.guard import guarded
from dashboard.components.state import confirm_address
from models.places import REPOSITORY

ICON = REPOSITORY / "assets" / "logo-icon.png"

# url path: (title, icon, section)
VIEWS: dict[str, tuple[str, str, str]] = {
    "overview": ("Overview", "space_dashboard", ""),
    "new_audit": ("New audit", "add_circle", "Audit"),
    "runs": ("Runs", "list_alt", "Audit"),
    "report": ("Run report", "assessment", "Audit"),
    "compare": ("Compare", "compare_arrows", "Audit"),
    "explain": ("Explain", "psychology", "Explore"),
    "models": ("Models", "deployed_code", "Workspace"),
    "data": ("Data", "table_view", "Workspace"),
    "settings": ("Settings", "settings", "Workspace"),
}


def main(start: str = "overview") -> None:
    """Draw the page that the address asks for; `start` is the one without a path of its own."""
    st.set_page_config("Assay", page_icon=str(ICON), layout="wide")
    pages = {
        name: st.Page(_runner(name), title=title, icon=f":material/{icon}:", url_path=name, default=name == start)
        for name, (title, icon, _) in VIEWS.items()
    }
    st.session_state["_pages"] = pages
    sections: dict[str, list[object]] = {}
    for name, (_, _, section) in VIEWS.items():
        sections.setdefault(section, []).append(pages[name])
    chosen = st.navigation(sections)
    confirm_address(chosen.url_path)
    before(chosen.title)
    sidebar()
    chosen.run()


def _runner(name: str) -> Callable[[], None]:
    def run() -> None:
        with guarded("This page could not be shown"):
            import_module(f"dashboard.views.{name}").show()

    run.__name__ = name
    return run


if __name__ == "__main__":
    main()
