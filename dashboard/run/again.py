"""Running an audit again on new data: which table, then New audit, which checks its labels before it starts."""

from __future__ import annotations

import streamlit as st

from audit.language.translating import tr
from audit.stored import Run
from dashboard.page.press import close, is_open, travels
from dashboard.page.state import link, store
from dashboard.page.text import one_line, when


def run_again(run: Run) -> None:
    """Draw the dialog in which the table is chosen."""

    @st.dialog(tr("Run again on new data"), on_dismiss=close)
    def ask() -> None:
        if not is_open("do-again"):
            st.rerun()
        others = {one.sha256: one for one in store().uploads() if one.sha256 != run.upload}
        if not others:
            st.info(tr("There is no other table yet: upload one first."), icon=":material/info:")
            link("data", tr("Data"), icon=":material/table_view:")
            return
        st.caption(tr("Columns and labels are checked before it starts; nothing of this run changes."))
        table = st.selectbox(
            tr("Table"), list(others), key="again-table",
            format_func=lambda key: f"{one_line(others[key].name, 60)} · {when(others[key].created_at)}",
        )  # fmt: skip
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(tr("Leave it"), key="again-no", on_click=close)
            st.button(
                tr("Look at it"), key="again-yes", type="primary", icon=":material/arrow_forward:", on_click=_agreed,
                args=(run.id, str(table)),
            )  # fmt: skip

    ask()


def _agreed(run_id: str, table: str) -> None:
    close()
    travels("new_audit", lambda: {"clone": run_id, "table": table})
