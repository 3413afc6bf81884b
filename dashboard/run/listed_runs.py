"""The list of runs: found by words and marks, starred, archived and deleted several at once, and had back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.actions import owning, runs
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from audit.language.verdicts import of_run
from audit.language.verdicts import state as state_words
from audit.run.discarding import GRACE
from audit.run.retention import Retention
from audit.stored import DeletedRun
from audit.times import read_time
from dashboard.draw.cards import STATUSES, VERDICTS, outcome_badge
from dashboard.page.address import bound, bound_many, bound_text
from dashboard.page.confirm import confirm
from dashboard.page.guard import act
from dashboard.page.paging import pager
from dashboard.page.state import actor, link, page, store
from dashboard.page.text import local, plain, told_again, when
from dashboard.run.own_run import star_button

SHOWN = {"": tr_later("All but archived"), "starred": tr_later("Starred"), "archived": tr_later("Archived")}
ROWS = 20


def listed_runs() -> None:
    """Draw the search, the list and what can be done with several."""
    _deleted()
    wanted, filtered = _wanted()
    total = store().count_runs(**wanted)
    if total == 0:
        if filtered:
            st.info(tr("No run fits this search."), icon=":material/info:")
        else:
            st.info(tr("No run yet, or all are archived. Start one with New audit."), icon=":material/info:")
        st.page_link(page("new_audit"), label=tr("New audit"), icon=":material/add_circle:")
        return
    left, right = st.columns([5, 1.4], vertical_alignment="center")
    with left:
        offset = pager(total, "page", rows=ROWS, noun="run")
    several = right.toggle(tr("Choose several"), key="several")
    found: list[dict[str, Any]] = store().runs(**wanted, limit=ROWS, offset=offset).to_dict("records")  # type: ignore[assignment]
    if several:
        _several(found, archived=bool(wanted["archived"]))
    kept = Retention.read()
    for run in found:
        _line(run, kept, several=several)


def _wanted() -> tuple[dict[str, Any], bool]:
    """Which runs are asked for, as `Store.runs` takes it, and whether anything but the first list is."""
    search, states, verdicts, shown = st.columns([2.2, 1.8, 1.8, 1.4])
    part = bound_text(
        search.text_input,
        tr("Search"),
        key="q",
        icon=":material/search:",
        placeholder=tr("name, tag, note, model, table"),
    )
    status = bound_many(states.multiselect, tr("State"), list(STATUSES), key="state", format_func=state_words)
    verdict = bound_many(verdicts.multiselect, tr("Verdict"), list(VERDICTS), key="verdict", format_func=of_run)
    which = bound(shown.selectbox, tr("Show"), list(SHOWN), key="show", format_func=lambda name: tr(SHOWN[name]))
    wanted = {
        "search": part or None, "status": tuple(status) or None, "verdict": tuple(verdict) or None,
        "starred": True if which == "starred" else None, "archived": None if which == "starred" else which == "archived",
    }  # fmt: skip
    return wanted, bool(part or status or verdict or which)


def _line(run: Mapping[str, Any], kept: Retention, *, several: bool) -> None:
    with st.container(border=True):
        name, about, state = st.columns([4.2, 3.6, 2.2], vertical_alignment="center")
        with name, st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if several:
                called = tr("Choose {name}", name=plain(run["name"], 70))
                st.checkbox(called, key=f"choose-{run['id']}", label_visibility="collapsed", width="content")
            else:
                star_button(run["id"], run["name"], bool(run["starred"]))
            link("report" if run["status"] == "finished" else "runs", f"**{plain(run['name'], 70)}**", run=run["id"])
        about.caption(" · ".join(_facts(run, kept)))
        if marks := _marks(run):
            about.markdown(" ".join(marks))
        with state:
            outcome_badge(run["status"], run["verdict"])


def _facts(run: Mapping[str, Any], kept: Retention) -> list[str]:
    """What a line says of a run beside its name. Markdown."""
    said = [plain(run["model"], 30), plain(run["table_name"], 40)]
    if run["status"] != "finished":  # the run's page and the side bar say the same
        done = numbers().share(store().progress(run["id"]).share)
        said.append(tr("{share} done", share=done) if run["shards"] else tr("not planned yet"))
    said.append(when(run["created_at"]))
    if note := kept.note(run):
        said.append(told_again(note))
    return said


def _marks(run: Mapping[str, Any]) -> list[str]:
    """What people made of a run. Markdown."""
    baseline = [f":blue-badge[:material/flag: {tr('Baseline')}]"] if run["baseline"] else []
    return baseline + [f":gray-badge[{plain(tag, 40)}]" for tag in run["tags"]]


def _several(found: Sequence[Mapping[str, Any]], *, archived: bool) -> None:
    """What can be done with those that are chosen."""
    chosen = [str(run["id"]) for run in found if st.session_state.get(f"choose-{run['id']}")]
    n = len(chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(tr_n("{n} run chosen", "{n} runs chosen", n), width="content")
        st.button(
            tr("Choose all on this page"), key="choose-all", type="tertiary", on_click=_choose,
            args=([str(run["id"]) for run in found], True),
        )  # fmt: skip
        st.button(
            tr("Take back") if archived else tr("Archive"), key="archive-several", disabled=not n, on_click=act,
            icon=":material/unarchive:" if archived else ":material/archive:",
            args=(lambda: _done(chosen, lambda: owning.archive(actor(), chosen, not archived)), _archived_said(n, archived)),
        )  # fmt: skip
        confirm(
            tr("Delete"),
            lambda: _done(chosen, lambda: runs.discard(actor(), chosen)),
            title=tr_n("Delete {n} run?", "Delete {n} runs?", n),
            question=tr_n(
                "Delete {n} run with all its results? It can be had back here for {minutes} minutes, then it is erased.",
                "Delete {n} runs with all their results? They can be had back here for {minutes} minutes, then they are erased.",
                n, minutes=minutes(),
            ),
            yes=tr("Delete"),
            done=deleted_said(n),
            key="delete-several",
            button="do-delete-several",
            disabled=not n,
        )  # fmt: skip


def minutes() -> int:
    """How long a deleted run can be had back."""
    return int(GRACE.total_seconds() // 60)


def deleted_said(n: int) -> str:
    """The notice after so many runs were deleted."""
    return tr_n(
        "{n} run deleted; it can be had back on the Runs page.",
        "{n} runs deleted; they can be had back on the Runs page.",
        n,
    )


def _archived_said(n: int, archived: bool) -> str:
    if archived:
        return tr_n("{n} run is back on the list.", "{n} runs are back on the list.", n)
    return tr_n("{n} run archived.", "{n} runs archived.", n)


def _choose(run_ids: Sequence[str], wanted: bool) -> None:
    for run_id in run_ids:
        st.session_state[f"choose-{run_id}"] = wanted


def _done(run_ids: Sequence[str], action: Any) -> None:
    action()
    _choose(run_ids, False)
    st.cache_data.clear()  # charts and comparisons of this server hold words of what was deleted


def _deleted() -> None:
    """Runs that were deleted a short while ago, each with a button that has it back."""
    runs.erase_discarded(actor())
    found = store().deleted_runs()
    if not found:
        return
    until = tr("Erased for good at {when}.", when=_erased_at(found[0]))
    with st.container(border=True, key="deleted-runs"):
        with st.container(horizontal=True, vertical_alignment="center"):
            said = tr_n("{n} run was deleted.", "{n} runs were deleted.", len(found))
            st.markdown(f":material/delete: {said}", width="content")
            if len(found) > 1:
                st.button(
                    tr("Undo all"), key="undo-all", icon=":material/undo:", on_click=act,
                    args=(lambda: runs.restore(actor(), [run.id for run in found]), tr("The runs are back.")),
                )  # fmt: skip
            else:
                st.caption(until, width="content")
        for run in found[:10]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(run.name, 80), width="content")
                if len(found) > 1:
                    st.caption(tr("Erased for good at {when}.", when=_erased_at(run)), width="content")
                st.button(
                    tr("Undo"), key=f"undo-{run.id}", icon=":material/undo:", on_click=act,
                    args=(lambda run_id=run.id: runs.restore(actor(), [run_id]), tr("The run is back.")),
                )  # fmt: skip


def _erased_at(run: DeletedRun) -> str:
    at = read_time(run.deleted_at)
    return local(None if at is None else (at + GRACE).isoformat(timespec="milliseconds"))
