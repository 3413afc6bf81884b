"""One model: its card, a try, its labels, its removal; and registering another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from audit.actions import catalog
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from dashboard.draw.heatmap import bars_html
from dashboard.forms.what_if import poll
from dashboard.page.confirm import confirm
from dashboard.page.guard import act
from dashboard.page.live import answers_of, ask_once
from dashboard.page.state import actor, store
from dashboard.page.text import plain
from models.entry import CatalogEntry, typed_labels
from models.typed_paths import is_dir, typed_path

FILES = {
    "training": tr_later("Rows for training"),
    "evaluation": tr_later("Rows for evaluation"),
    "test": tr_later("Rows for test"),
}
"""Tables that a card may know of."""
IN_PLACE = tr_later(
    "Otherwise a copy of them is kept: the model stays as it is, whatever becomes of the folder, and every machine of this "
    "installation can use it. Left in place, it works on this machine alone, and is what the folder holds when it is used."
)


def model_details(entry: CatalogEntry) -> None:
    """Try a model, read its card, rename its labels, remove it."""
    text = st.text_input(
        tr("Try it on a sentence"), key=f"try-{entry.name}", placeholder=tr("Type a sentence and press Enter")
    )
    if text and not entry.missing:
        answer = ask_once(f"try-answer-{entry.name}", "facts", model=entry.name, text=text)
        poll(f"try-{entry.name}", answer, lambda a: _facts(a.result))
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
                column_config={"precision": tr("precision"), "recall": tr("recall"), "f1": tr("f1"), "n": "n"},
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
    lines += [
        (tr(FILES[name]), numbers().count(f["rows"])) for name, f in files.items() if isinstance(f.get("rows"), int)
    ]
    return [(name, str(said)) for name, said in lines if said]


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


def _asked() -> None:
    """Keep what was typed into the form: from now on it is checked, whatever redraws the page."""
    typed = {name: str(st.session_state[f"new-{name}"]).strip() for name in ("path", "name", "labels", "base", "note")}
    st.session_state["registering"] = {
        **typed,
        "in_place": bool(st.session_state["new-in-place"]),
        "labels": typed_labels(typed["labels"]) or [],
        "base": typed["base"] or None,
    }


def _register(name: str, path: str, base_sha256: str | None, chosen: Mapping[str, Any]) -> None:
    catalog.register(actor(), name, path, base_sha256=base_sha256, **chosen)


def register_form() -> None:
    """Check a folder or hub id by loading it, then register it."""
    with st.form("register"):
        left, right = st.columns(2)
        left.text_input(tr("Folder or hub id"), key="new-path", placeholder=tr("/home/me/my-model  or  owner/model"))
        right.text_input(tr("Name"), key="new-name", placeholder="my-model", max_chars=64)
        left.text_input(tr("Labels, if the checkpoint has none (comma-separated)"), key="new-labels")
        right.text_input(
            tr("Base model, for an adapter"), key="new-base", placeholder=tr("only if it is not the recorded one")
        )
        st.text_input(tr("Note"), key="new-note", max_chars=200)
        st.checkbox(tr("Leave the files where they are"), key="new-in-place", help=tr(IN_PLACE))
        st.form_submit_button(tr("Check and register"), type="primary", icon=":material/add:", on_click=_asked)
    said = st.session_state.get("registering")
    if not said:
        return
    if not said["path"] or not said["name"]:
        st.error(tr("Give a folder (or hub id) and a name."), icon=":material/error:")
        return
    answer = ask_once("register-check", "facts", model=said["path"], base=said["base"], labels=said["labels"] or None)
    loading = tr("Loading it to see whether it is sound.")
    poll("register-check", answer, lambda a: st.caption(loading) if not a.done else None)
    if not answer.done:
        return
    for name in ("registering", "register-check"):
        st.session_state.pop(name, None)
    if answer.error is None:
        path = str(typed_path(said["path"])) if is_dir(said["path"]) else said["path"]
        labels = len(answer.result["labels"])
        done = tr_n("Registered {name}: {n} label.", "Registered {name}: {n} labels.", labels, name=plain(said["name"]))
        chosen = {key: said[key] for key in ("labels", "base", "note", "in_place")}
        act(lambda: _register(said["name"], path, answer.result["base_sha256"], chosen), done)
        st.rerun()
