"""One model: its card, a try, its labels, its removal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from audit.actions import catalog
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from dashboard.draw.heatmap import bars_html
from dashboard.draw.waiting import poll
from dashboard.page.confirm import confirm
from dashboard.page.guard import act
from dashboard.page.live import answers_of, ask_once
from dashboard.page.state import actor, store
from dashboard.page.text import plain
from models.entry import CatalogEntry
from models.label_file import unnamed

FILES = {
    "training": tr_later("Rows for training"),
    "evaluation": tr_later("Rows for evaluation"),
    "test": tr_later("Rows for test"),
}
"""Tables that a card may know of."""


def model_details(entry: CatalogEntry) -> None:
    """Try a model, read its card, rename its labels, remove it."""
    text = st.text_input(
        tr("Try it on a sentence"), key=f"try-{entry.name}", placeholder=tr("Type a sentence and press Enter")
    )
    if text and not entry.missing:
        answer = ask_once(f"try-answer-{entry.name}", "facts", model=entry.name, text=text)
        poll(f"try-answer-{entry.name}", answer, lambda a: _facts(a.result))
    card = dict(entry.card)
    if card:
        st.markdown("\n".join(f"- {name}: {plain(said, 200)}" for name, said in _card_lines(card)))
        with st.popover(tr("Everything on the card"), icon=":material/badge:"):
            st.json({k: v for k, v in card.items() if k not in {"files", "metrics", "labels"}}, expanded=2)
        classes = ((card.get("metrics") or {}).get("test") or {}).get("classes")
        if classes:
            st.dataframe(
                pd.DataFrame(classes).T,
                key=f"classes-{entry.name}",
                column_config={"precision": tr("Precision"), "recall": tr("Recall"), "f1": tr("F1"), "n": tr("Rows")},
                alt=tr("Precision, recall and F1 of each class"),
                height=220,
            )
    if entry.kept:
        st.caption(tr("Where: a copy of its files is kept, for every machine of this installation"))
    elif entry.machine is not None:
        place, machine = plain(entry.path, 300), plain(entry.machine, 60)
        st.caption(tr("Where: in place, {path} on {machine}", path=place, machine=machine))
    else:
        st.caption(tr("Where: {path}", path=plain(entry.path, 300)))
    runs = store().count_runs(model=entry.name)
    if runs:
        st.caption(tr_n("Audited {n} time.", "Audited {n} times.", runs))
    if entry.bundled:
        return
    if unnamed(entry.known_labels):
        nameless = tr("Nothing names its labels yet, so tables cannot be matched to them: name them here.")
        st.caption(f":orange[:material/label_important:] {nameless}")
    with st.form(f"labels-{entry.name}", border=False):
        st.text_area(
            tr("Labels, one a line, in the order of the model's head"),
            "\n".join(entry.known_labels),
            key=f"new-labels-{entry.name}",
        )
        st.form_submit_button(tr("Rename the labels"), icon=":material/label:", on_click=act,
                              args=(lambda: _rename(entry), tr("The labels were renamed.")))  # fmt: skip
    confirm(
        tr("Remove from the list"),
        lambda: catalog.remove(actor(), entry.name),
        title=tr("Remove this model?"),
        question=tr(
            "Remove **{model}** from the list? The folder it came from and its runs stay.", model=plain(entry.name)
        ),
        yes=tr("Remove"),
        done=tr("The model was removed."),
        key="remove-model",
        button=f"remove-{entry.name}",
        type="tertiary",
    )


def _rename(entry: CatalogEntry) -> None:
    from models.errors import CatalogError

    said = str(st.session_state[f"new-labels-{entry.name}"])
    labels = [line.strip() for line in said.splitlines() if line.strip()]
    known = entry.known_labels
    if len(set(labels)) != len(labels):
        raise CatalogError(tr("Two labels have the same name; each needs its own."))
    if known and len(labels) not in {0, len(known)}:
        uneven = tr(
            "The model has {known} labels and {given} names were given; give one name a line for each.",
            known=len(known), given=len(labels),
        )  # fmt: skip
        raise CatalogError(uneven)
    catalog.rename_labels(actor(), entry.name, labels)


def _card_lines(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a reader wants to know first, as far as the card says it."""
    data = card.get("data") or {}
    told = data if isinstance(data, Mapping) else {"name": data}
    files = {name: told[name] for name in FILES if isinstance(told.get(name), Mapping)}
    lines = [
        (tr("Built on"), card.get("base")),
        (tr("Trained by"), card.get("method")),
        (tr("Data"), told.get("name")),
        (tr("Licence of the data"), told.get("licence")),
    ]
    if isinstance(scaling := card.get("scaling"), Mapping):
        lines.append((tr("Calibrated"), _calibrated(scaling)))
    lines += [
        (tr(FILES[name]), numbers().count(f["rows"])) for name, f in files.items() if isinstance(f.get("rows"), int)
    ]
    return [(name, str(said)) for name, said in lines if said]


def _calibrated(scaling: Mapping[str, Any]) -> str:
    """How its probabilities were scaled and what that did to texts that the fit had not seen, as far as the card says it."""
    judged = scaling["judged"] if isinstance(scaling.get("judged"), Mapping) else {}
    ends = [judged[when].get("ece") for when in ("before", "after") if isinstance(judged.get(when), Mapping)]
    named = {
        name: str(scaling.get(key, "?")) for name, key in (("model", "of"), ("method", "method"), ("table", "table"))
    }
    said = tr(
        "of {model} by {method}, fitted on {n} texts of {table}", **named, n=str(scaling.get("texts", "?"))
    )  # fmt: skip
    before, after = (
        numbers().share(end) if isinstance(end, int | float) else "" for end in (ends if len(ends) == 2 else ("", ""))
    )
    if not before or not after:
        return said
    errors = tr("; calibration error of others {before} before, {after} after", before=before, after=after)
    return f"{said}{errors}"


def _facts(result: dict[str, Any] | None) -> None:
    if result:
        st.html(bars_html(answers_of(result), result["probs"], top=5))
        able = ", ".join(name.replace("_", " ") for name in result["capabilities"])
        facts = [
            tr("Reads {n} tokens", n=numbers().count(result["max_tokens"])),
            f"{plain(result['device'])}, {plain(result['dtype'])}",
            plain(able),
            tr("fingerprint `{start}`", start=result["fingerprint"][:12]),
        ]
        st.caption(" · ".join(facts))
        for name, why in (result.get("absent") or {}).items():
            absent = tr("No {ability}: {why}", ability=plain(name.replace("_", " ")), why=plain(why, 300))
            st.caption(f":material/block: {absent}")
