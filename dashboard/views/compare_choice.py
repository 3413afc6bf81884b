"""Compare: which runs, chosen on the page and kept in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.language.translating import tr
from audit.language.verdicts import state
from audit.results.several import MOST
from audit.stored import ENDED, Run
from dashboard.page.state import keep, link, parameter, run_or_none, store
from dashboard.page.text import one_line, plain
from dashboard.run.run_picker import LISTED, run_labels

BEFORE, AFTER, MORE = "compare-Before", "compare-After", "compare-More"
"""Keys of the fields."""


def chosen_runs() -> list[Run]:
    """Draw the fields; the runs they name, two or more, the one before first; none where they do not yet."""
    runs = store().runs(status=("finished",), limit=LISTED)
    if len(runs) < 2:
        st.info(
            tr("Two finished audits are needed. Audit a second model, or the same one after a change."),
            icon=":material/info:",
        )
        link("new_audit", tr("New audit"), icon=":material/add_circle:")
        return []
    labels = run_labels(runs)
    asked = [parameter("first"), parameter("second")]
    more = [part for part in parameter("more").split(",") if part][: MOST - 2]
    for place, run in enumerate(map(run_or_none, asked)):
        if run is not None and run.status == "finished":
            labels.setdefault(run.id, _label(run))  # older than those listed
            asked[place] = run.id
    found = [run for run in map(run_or_none, more) if run is not None and run.status == "finished"]
    labels |= {run.id: _label(run) for run in found if run.id not in labels}
    ids, missing = list(labels), st.container()
    before, after = begin_with(list(runs["upload"]))
    left, swap, right = st.columns([10, 1.2, 10], vertical_alignment="bottom")
    first = _choose(left, tr("Before"), BEFORE, ids, labels, asked[0], before)
    swap.button(
        "", icon=":material/swap_horiz:", key="compare-swap", help=tr("Swap before and after"), on_click=_swap,
        width="stretch", type="tertiary",
    )  # fmt: skip
    second = _choose(right, tr("After"), AFTER, ids, labels, asked[1], after)
    others = _choose_more([one for one in ids if one not in (first, second)], labels, [run.id for run in found])
    for wanted, chosen in zip(asked, (first, second), strict=True):
        if not chosen:
            with missing:
                _say_missing(wanted)
    keep({name: chosen for name, chosen in (("first", first), ("second", second)) if chosen})
    keep({"more": ",".join(others) or None})
    if not (first and second):
        return []
    if first == second:
        st.info(tr("Choose two different runs."), icon=":material/info:")
        return []
    return [run for run in map(run_or_none, (first, second, *others)) if run is not None]


def begin_with(tables: Sequence[str]) -> tuple[int, int]:
    """Which runs stand there first: the latest that have an earlier one on the same table, and that one.

    Args:
        tables: what each run is of, the latest run first; two at least.

    Returns:
        The places of the one before and the one after; the two latest where no two are of the same table.

    >>> begin_with(["a", "b", "b", "a"]), begin_with(["a", "b"])
    ((3, 0), (1, 0))
    >>> begin_with(["a", "b", "c", "b"])
    (3, 1)
    """
    for after, table in enumerate(tables):
        for before in range(after + 1, len(tables)):
            if tables[before] == table:
                return before, after
    return 1, 0


def _say_missing(wanted: str) -> None:
    """Why a run that the address names cannot be compared, with a link to one that is here and has not finished."""
    run = run_or_none(wanted)
    if run is None:
        gone = tr(
            "There is no finished run named '{name}': it was deleted, or the link is not right. Choose another.",
            name=plain(wanted, 80),
        )
        st.warning(gone, icon=":material/search_off:")
        return
    said = {
        "ended": tr("{name} did not finish ({state}), so it has no results to compare. Choose another.",
                    name=plain(run.name, 80), state=state(run.status).lower()),
        "going": tr("{name} has not finished yet ({state}): it can be compared when it has. Choose another meanwhile.",
                    name=plain(run.name, 80), state=state(run.status).lower()),
    }  # fmt: skip
    st.warning(said["ended" if run.status in ENDED else "going"], icon=":material/hourglass_empty:")
    link("runs", tr("See its progress"), icon=":material/progress_activity:", run=run.id)


def _choose(place, label: str, key: str, ids: list[str], labels: dict[str, str], wanted: str, index: int) -> str:  # type: ignore[no-untyped-def]
    """The run chosen; empty where the address names one that is not there and nobody has chosen another."""
    if key not in st.session_state:
        start = wanted if wanted in ids else None if wanted else ids[min(index, len(ids) - 1)]
        st.session_state[key] = start
    chosen = place.selectbox(label, ids, format_func=labels.__getitem__, key=key, placeholder=tr("Choose a run"))
    return str(chosen or "")


def _choose_more(ids: Sequence[str], labels: dict[str, str], wanted: Sequence[str]) -> list[str]:
    """Runs to hold against the first besides, in the order they were chosen."""
    before = st.session_state.get(MORE, wanted)
    st.session_state[MORE] = [
        run_id for run_id in before if run_id in ids
    ]  # what was chosen above is no longer offered
    return st.multiselect(
        tr("More runs"), ids, key=MORE, format_func=labels.__getitem__, max_selections=MOST - 2,
        placeholder=tr("None: two runs are compared in full"),
        help=tr("With three or more, every pair is tested, and a table shows the best of each score where one is established."),
    )  # fmt: skip


def _swap() -> None:
    """Exchange before and after."""
    here = st.session_state
    here[BEFORE], here[AFTER] = here.get(AFTER), here.get(BEFORE)


def _label(run: Run) -> str:
    return f"{one_line(run.name, 70)} · {run.id[:6]}"
