"""Report, review: what one has judged, to be corrected, and what all judgements together come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from audit.actions import reviews
from audit.kinds import as_a
from audit.language.answers import answer_words
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from audit.records import AttackOutcome
from audit.results.judges import Agreement, agreements, settled
from audit.stored import Review, Run
from dashboard.draw.cards import score_metric
from dashboard.draw.heatmap import diff_html
from dashboard.draw.scores import named
from dashboard.page.guard import act
from dashboard.page.paging import export_button, pager
from dashboard.page.press import changed
from dashboard.page.state import actor, store
from dashboard.page.text import plain

ROWS = 10
VERDICTS = {
    "same": tr_later("Means the same"), "different": tr_later("Means something else"), "unsure": tr_later("Cannot say"),
}  # fmt: skip
COLUMNS = ("recipe", "row_id", "judge", "verdict", "note", "judged_at", "original", "changed")


def show_judged(run: Run, recipe: str, mine: Sequence[Review]) -> None:
    """What whoever looks has judged, the newest first, each with the model's answers, to be corrected or taken back."""
    with st.expander(tr("What you judged ({n})", n=len(mine))):
        newest = sorted(mine, key=lambda review: review.reviewed_at, reverse=True)
        offset = pager(len(newest), "judged", rows=ROWS, noun="example")
        for review in newest[offset : offset + ROWS]:
            record = as_a(store().record(run.id, recipe, review.row_id), AttackOutcome)
            if record is not None:
                _one(run, review, record)


def _one(run: Run, review: Review, record: AttackOutcome) -> None:
    st.html(diff_html(record.text, record.changes, compact=True))
    answer, undo = st.columns([5, 1.4], vertical_alignment="center")
    key = f"verdict-{review.probe}-{review.row_id}"
    st.session_state[key] = review.verdict
    answer.segmented_control(
        tr("Your judgement"), list(VERDICTS), key=key, required=True, format_func=lambda v: tr(VERDICTS[v]),
        label_visibility="collapsed", on_change=changed,
        args=(key, review.verdict, partial(_correct, run.id, review.probe, review.row_id), tr("The judgement was corrected.")),
    )  # fmt: skip
    undo.button(
        tr("Take back"), key=f"undo-{review.row_id}", type="tertiary", on_click=act,
        args=(partial(_take_back, run.id, review.probe, review.row_id), ""),
    )  # fmt: skip
    if record.original_probs and record.perturbed_probs:
        before, after = (run.task.answer(probs) for probs in (record.original_probs, record.perturbed_probs))
        said = tr(
            "The model said {before}, then {after}",
            before=plain(answer_words(before, run.task)),
            after=plain(answer_words(after, run.task)),
        )
        label = tr("labelled {label}", label=plain(answer_words(record.label, run.task))) if record.label else ""
        st.caption(" · ".join(part for part in (said, label) if part))


def _correct(run_id: str, recipe: str, row_id: str, verdict: str) -> None:
    reviews.judge(actor(), run_id, recipe, row_id, verdict)


def _take_back(run_id: str, recipe: str, row_id: str) -> None:
    reviews.take_back(actor(), run_id, recipe, row_id)


def show_outcome(run: Run, recipe: str, kept: Sequence[Review], every: Sequence[Review]) -> None:
    """The rates that follow, how many judged what, how far judges agree, and the judgements as a file.

    The rates are the report's scores: each judged example counts once in them, by what its judges come to together. All
    else is of what whoever looks may see, which is told where it is less.

    Args:
        run: whose examples; recipe: the attack's key.
        kept: the judgements that whoever looks may see; every: all there are.
    """
    with st.expander(tr("What all judgements come to")):
        if len(kept) < len(every):
            hidden = tr_n(
                "{n} judgement of others is hidden, here and in the file, until you have judged the same example.",
                "{n} judgements of others are hidden, here and in the file, until you have judged the same examples.",
                len(every) - len(kept),
            )
            st.caption(" ".join((hidden, _counted(len(settled(every))))) if kept else hidden)
        if not kept:
            return
        scores, counts = store().scores(run.id), Counter(review.verdict for review in settled(kept).values())
        shown = [
            s for name in ("attack_success_rate", "attack_success_rate_valid") for s in named(scores, name, recipe)
        ]
        columns = st.columns(3)
        for column, score in zip(columns, shown, strict=False):
            with column:
                score_metric(score)
        with columns[2].container(border=True):
            st.metric(tr("Judged"), counts.total(), help=tr("Examples of this recipe that somebody has judged."))
            said = tr(
                "{same} same · {different} different · {unsure} unsure",
                same=counts["same"], different=counts["different"], unsure=counts["unsure"],
            )  # fmt: skip
            st.caption(said)
        for found in agreements(kept, run.level):
            st.markdown(_agreed(found, run.level))
        judges = len({review.who for review in kept})
        if judges > 1:
            st.caption(
                tr(
                    "Where judges differ, what most of those say counts who decided; as many on either side count as "
                    "“cannot say”, which the rate leaves out. Kappa is 1 for full agreement and 0 for what chance gives."
                )
            )
        export_button(
            lambda: _table(run, kept), f"judgements-{run.id}-{recipe}.csv", "export-judgements",
            label=tr("Judgements as CSV"),
        )  # fmt: skip


def _counted(examples: int) -> str:
    """What the rates count that the rest does not show."""
    return tr_n(
        "The rates are the report's: they count the {n} example that somebody has judged, hidden or not.",
        "The rates are the report's: they count each of the {n} examples that somebody has judged once, hidden or not.",
        examples,
    )


def _agreed(found: Agreement, level: float) -> str:
    say, k = numbers(), found.kappa
    agree = tr_n(
        "**{first}** and **{second}** both judged {n} example and agree on {agreed}",
        "**{first}** and **{second}** both judged {n} examples and agree on {agreed}",
        k.n, first=plain(found.first, 60), second=plain(found.second, 60), agreed=k.agreed,
    )  # fmt: skip
    if k.value is None:
        return tr("{agree}; Cohen's kappa is not defined, for both said one and the same of all.", agree=agree)
    value = say.number(k.value, "ratio")
    if k.low is None or k.high is None:
        return tr("{agree}; Cohen's kappa {value}, too alike for an interval.", agree=agree, value=value)
    return tr(
        "{agree}; Cohen's kappa {value} ({level}: {interval}).",
        agree=agree, value=value, level=say.level(level), interval=say.interval(k.low, k.high, "ratio"),
    )  # fmt: skip


def _table(run: Run, kept: Sequence[Review]) -> pd.DataFrame:
    """Every judgement with the texts it is about, as a table for a file."""
    made: list[Mapping[str, str]] = []
    for review in kept:
        record = as_a(store().record(run.id, review.probe, review.row_id), AttackOutcome)
        texts = (record.text, record.perturbed_text or "") if record is not None else ("", "")
        cells = (review.probe, review.row_id, review.who, review.verdict, review.note, review.reviewed_at, *texts)
        made.append(dict(zip(COLUMNS, cells, strict=True)))
    return pd.DataFrame(made, columns=list(COLUMNS))
