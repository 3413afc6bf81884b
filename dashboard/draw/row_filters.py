"""The filters of the rows of a run: drawn, kept in the address, and given back as a `RowFilter`.

No text and no value of the table stands in the address: typed parts are kept by the server, values stand by their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from audit.filtering import Among, Came, Compare, Condition, Contains, RowFilter, numbers_of
from audit.language.translating import tr, tr_later, tr_n
from audit.results.row_table import RowTable, column_name
from audit.stored import Run
from dashboard.draw.answers import choice_words, choices, holding
from dashboard.draw.probe_choices import titles
from dashboard.page.address import bound, bound_many, bound_range, bound_text, clear
from dashboard.page.state import parameter, store
from dashboard.page.text import one_line

RIGHT = {"": tr_later("Any"), "wrong": tr_later("Wrong"), "right": tr_later("Right")}
OUTCOMES = {
    "flipped": tr_later("changed the answer"),
    "held": tr_later("did not change it"),
    "untried": tr_later("was not tried"),
}
FRONT = ("q", "right", "label", "predicted")
MORE = ("sure", "length", "under", "came", "cluster", "column", "values", "between", "holds")
"""Keys of the filters in the address."""
MOST_VALUES = 200
"""Values of a column that are offered one by one."""


def row_filter(run: Run, table: RowTable, probe: str) -> RowFilter:
    """Draw the filters and say what they come to."""
    text, state, label, predicted = st.columns([2, 1, 1.4, 1.4])
    conditions = list(_front(run, probe, text, state, label, predicted))
    chosen = sum(bool(parameter(key)) for key in ("sure", "length", "under", "cluster", "values", "between", "holds"))
    title = tr_n("More filters ({n} in use)", "More filters ({n} in use)", chosen) if chosen else tr("More filters")
    with st.expander(title, expanded=bool(chosen)):
        conditions += _ranges(table, *st.columns(2))
        conditions += _under(run, *st.columns(2))
        conditions += _clusters(table)
        conditions += _column(table, *st.columns(2))
    return RowFilter(tuple(conditions))


def _front(run: Run, probe: str, text: Any, state: Any, label: Any, predicted: Any) -> Iterator[Condition]:
    part = bound_text(text.text_input, tr("Text contains"), key="q", icon=":material/search:")
    if part:
        yield Contains("text", part)
    right = bound(state.selectbox, tr("Model was"), list(RIGHT), key="right", format_func=lambda r: tr(RIGHT[r]))
    if right:
        yield Among("right", ("yes" if right == "right" else "no",))
    labels, said_of = ["", *choices(run)], partial(choice_words, run)
    true = bound(label.selectbox, tr("Label"), labels, key="label", private=True, format_func=said_of)
    said = bound(predicted.selectbox, tr("Predicted"), labels, key="predicted", private=True, format_func=said_of)
    for column, chosen in (("label", true), ("predicted", said)):
        held = holding(run, probe, column, chosen)  # type: ignore[arg-type]
        if held is not None:
            yield Among(column, (held,) if isinstance(held, str) else held)


def _ranges(table: RowTable, left: Any, right: Any) -> Iterator[Condition]:
    low, high = bound_range(
        left.slider, tr("Confidence, in per cent"), 0, 100, key="sure", help=tr("How sure the model was of its answer.")
    )
    if (low, high) != (0, 100):
        yield from _between("confidence", low / 100, high / 100, (0.0, 1.0))
    lengths = table.column("characters")
    longest = int(lengths.max()) if len(lengths) else 0
    if longest > 0:
        low, high = bound_range(right.slider, tr("Length, in characters"), 0, longest, key="length")
        if (low, high) != (0, longest):
            yield from _between("characters", low, high, (0, longest))


def _under(run: Run, left: Any, right: Any) -> Iterator[Condition]:
    """What an attack or a harmless change came to."""
    probes = [p.probe for p in store().probes(run.id) if p.kind in {"attack", "perturbation"} and p.status == "planned"]
    if not probes:
        return
    names = titles(run.id)
    probe = bound(
        left.selectbox,
        tr("Attack or change"),
        ["", *probes],
        key="under",
        format_func=lambda p: names[p] if p else tr("Any"),
    )
    if not probe:
        clear(("came",))
    else:
        came = bound(
            right.selectbox, tr("What it did"), list(OUTCOMES), key="came", format_func=lambda o: tr(OUTCOMES[o])
        )
        yield Came(probe, "tried", negated=True) if came == "untried" else Came(probe, came)  # type: ignore[arg-type]


def _clusters(table: RowTable) -> Iterator[Condition]:
    """The clusters by their names, where the rows have some."""
    names = table.clusters
    if not names:
        return
    chosen = bound_many(
        st.multiselect, tr("Cluster"), [str(number) for number in names], key="cluster", format_func=lambda n: names[int(n)],
        help=tr("Rows that are alike to the model, named by words that stand in them more often than elsewhere."),
    )  # fmt: skip
    if chosen:
        yield Among("cluster", tuple(chosen))


def _column(table: RowTable, left: Any, right: Any) -> Iterator[Condition]:
    """A column of the table: by its values where they are few, as a range where they are numbers, else by a part."""
    names = list(table.all_names)
    if not names:
        return
    column = bound(
        left.selectbox, tr("Column of the table"), ["", *names], key="column", private=True,
        format_func=lambda name: column_words(name) if name else tr("Any"),
    )  # fmt: skip
    if not column:
        clear(("values", "between", "holds"))
        return
    counts = table.values(column)
    if len(counts) <= MOST_VALUES:
        clear(("between", "holds"))
        words = {value: f"{one_line(value, 60) or tr('(blank)')} ({rows:,})" for value, rows in counts.items()}
        chosen = bound_many(
            right.multiselect, tr("Values"), list(counts), key="values", private=True, format_func=words.__getitem__
        )
        if chosen:
            yield Among(column, tuple(chosen))
        return
    numbers = numbers_of(table.column(column))
    known = numbers[~np.isnan(numbers)]
    if len(known) >= 0.9 * len(numbers) and np.isfinite(known).all() and abs(known).max() < 1e15:
        clear(("values", "holds"))
        first, last = int(np.floor(known.min())), int(np.ceil(known.max()))
        low, high = bound_range(right.slider, tr("From and to"), first, max(last, first + 1), key="between")
        if (low, high) != (first, max(last, first + 1)):
            yield Compare(column, ">=", low)
            yield Compare(column, "<=", high)
        return
    clear(("values", "between"))
    part = bound_text(right.text_input, tr("Contains"), key="holds", icon=":material/search:")
    if part:
        yield Contains(column, part)


def _between(column: str, low: float, high: float, ends: tuple[float, float]) -> Iterator[Condition]:
    """The bounds that leave any row out."""
    if low > ends[0]:
        yield Compare(column, ">=", low)
    if high < ends[1]:
        yield Compare(column, "<=", high)


def column_words(name: str) -> str:
    """A column of the table as people read it; a group that its header calls one (`group:region`) by its own name."""
    return one_line(column_name(name), 60)
