"""Report, explanations: how far to trust them and which words decide; beneath it words by class and every heatmap."""

from __future__ import annotations

import streamlit as st

from audit.kinds import as_a
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from audit.records import Attribution
from audit.score.word_rows import FALSE_DISCOVERIES, MIN_TEXTS
from audit.score.wording import probe_names
from audit.stored import RecordFilter, Run
from dashboard.draw import plots
from dashboard.draw.chapters import draw_chapters
from dashboard.draw.charts import picked_rows, show_drawn
from dashboard.draw.chosen_rows import narrowed, rows_chosen, shown_scores
from dashboard.draw.heatmap import show_heatmap
from dashboard.draw.probe_choices import titles
from dashboard.draw.scores import named
from dashboard.page.address import bound, bound_text
from dashboard.page.paging import pager
from dashboard.page.state import link, store
from dashboard.page.text import one_line, plain
from dashboard.run.nothing import say_nothing

STATES = {
    "": tr_later("Any"),
    "ok": tr_later("Converged"),
    "not_converged": tr_later("Not converged"),
    "error": tr_later("Error"),
}
SHOWN = 6
CHANCE = tr_later(
    "Of many words some push one way by chance. Shown are those whose push differs from 0 after correction for the number "
    "of words and classes looked at; the PDF and the scores have the same ones."
)
APART = tr_later(
    "Commas, pieces such as 't' and words such as 'the' and 'of' often lead such lists and tell people nothing. They are counted "
    "all the same: the scores have them."
)

CLASSES = tr_later(
    "First the classes with most words that stand out; among those with as many, the one that most rows are put into."
)


def show(run: Run) -> None:
    """Draw the section."""
    methods = [p.probe for p in store().probes(run.id) if p.kind == "explainer" and p.status == "planned"]
    if not methods:
        st.info(tr("This audit had no explanations. Add a method in a new audit."), icon=":material/info:")
        link("new_audit", tr("New audit with these settings"), icon=":material/add_circle:", clone=run.id)
        return
    if not any(store().count_records(run.id, narrowed(run, RecordFilter(probe=method))) for method in methods):
        if rows_chosen(run) is None:
            say_nothing(run, "explanations")
        else:
            st.info(tr("None of these rows was explained."), icon=":material/info:")
        return
    draw_chapters(run, "explanations", without={"words"})
    _agreement(run)
    st.header(tr("Words of a method and class"), anchor=False)
    left, right = st.columns([2, 2])
    method = bound(left.selectbox, tr("Method"), methods, key="method", format_func=titles(run.id).__getitem__)
    target = bound(right.selectbox, tr("Class"), plots.explained_classes(run, str(method)), key="class", private=True,
                   format_func=lambda v: one_line(v, 80), help=tr(CLASSES))  # fmt: skip
    with st.container(horizontal=True):
        chance = st.toggle(tr("Also words that chance alone may explain"), key="chance-words", help=tr(CHANCE))
        every = st.toggle(tr("Also punctuation, pieces and function words"), key="every-word", help=tr(APART))
    words = plots.words_chart(run, str(method), str(target), certain=not chance, every=every)
    alt = tr("Words that push towards or away from {target}, with intervals", target=str(target))
    points = show_drawn(words, "words", alt=alt, about="word_importance", select=True)
    if words.spec is None:
        st.info(_no_word(str(target), certain=not chance), icon=":material/info:")
    _heatmaps(run, str(method), picked_rows(points))


def _no_word(target: str, *, certain: bool) -> str:
    if certain:
        return tr(
            "No word stands out: none that says something by itself occurs in {n} or more of the texts explained towards {target} "
            "and pushes by more than chance ({share} false discoveries are allowed).",
            n=MIN_TEXTS,
            target=plain(target),
            share=numbers().setting(FALSE_DISCOVERIES),
        )
    return tr(
        "No word stands out: none that says something by itself occurs in {n} or more of the texts explained towards {target}.",
        n=MIN_TEXTS,
        target=plain(target),
    )


def _agreement(run: Run) -> None:
    """How far several methods agree, and how often each reached its own tolerance."""
    scores = shown_scores(run, "explanations")
    agreement = plots.agreement_chart(scores)
    if converged := [s for s in named(scores, "converged_share") if s.value is not None]:
        said = ", ".join(
            tr("{method} {share} of {n}", method=plain(probe_names(s)), share=numbers().share(s.value), n=int(s.n))
            for s in converged
        )
        st.caption(tr("Rows where the method reached its own tolerance: {shares}.", shares=said))
    show_drawn(agreement, "agreement", alt=tr("Rank correlation between methods"), about="method_agreement")


def _heatmaps(run: Run, method: str, picked: tuple[str, ...]) -> None:
    st.header(tr("Heatmaps"), anchor=False)
    one, two, three = st.columns([2, 1, 1])
    part = bound_text(
        one.text_input,
        tr("Text contains"),
        key="word",
        icon=":material/search:",
        help=tr("For example a word from the chart."),
    )
    state = bound(two.selectbox, tr("State"), list(STATES), key="converged", format_func=lambda s: tr(STATES[s]))
    said = bound(
        three.selectbox,
        tr("Explained class"),
        ["", *run.labels],
        key="explained",
        private=True,
        format_func=lambda v: one_line(v, 80) or tr("Any"),
    )
    where = narrowed(
        run,
        RecordFilter(
            probe=method, search=part or None, status=state or None, predicted=said or None, row_ids=picked or None
        ),
    )
    if picked:
        st.caption(
            tr_n(
                "{n} row picked in the chart.",
                "{n} rows picked in the chart.",
                len(picked),
            )
        )
    total = store().count_records(run.id, where)
    if total == 0:
        st.info(tr("No explanation fits these filters."), icon=":material/filter_alt_off:")
        return
    offset = pager(total, "heatmaps", rows=SHOWN, noun="explanation")
    for number, row in enumerate(store().records(run.id, where, limit=SHOWN, offset=offset).itertuples()):
        if record := as_a(store().record(run.id, method, str(row.row_id)), Attribution):
            with st.container(border=True):
                show_heatmap(record, compact=True, legend=number == 0)
                target = plain(record.target)
                said = (
                    tr("Explains **{target}**, labelled {label}", target=target, label=plain(row.label))
                    if row.label
                    else tr("Explains **{target}**", target=target)
                )
                asked = tr_n("{n} model evaluation", "{n} model evaluations", int(record.steps))
                st.caption(f"{said} · {asked}")
                link(
                    "report",
                    tr("Everything about this row"),
                    icon=":material/open_in_full:",
                    run=run.id,
                    section="rows",
                    row=record.row_id,
                )
