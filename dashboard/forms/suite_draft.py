"""Writing a behavioural test: templates, lists of words, exclusions, a seeded sample; what comes of it is shown at once."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from audit.actions import suites
from audit.actions.suites import WANTED, Draft
from audit.errors import AuditError
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from dashboard.page.guard import acted, show_notice
from dashboard.page.press import pressed, remembers
from dashboard.page.state import actor, go, store
from dashboard.page.text import one_line, plain, told_again

TYPES = {
    "MFT": tr_later("A known answer"),
    "INV": tr_later("No difference"),
    "DIR": tr_later("One direction"),
}
EXPECTED = {
    "label": tr_later("Every text has the label"),
    "not_label": tr_later("No text has the label"),
    "same": tr_later("Variants are answered as the original"),
    "other": tr_later("Variants are answered otherwise"),
    "no_less_sure": tr_later("The answer becomes no less probable"),
    "no_surer": tr_later("The answer becomes no more probable"),
    "no_less": tr_later("Labels towards become no less probable"),
    "no_more": tr_later("Labels towards become no more probable"),
}
TEMPLATES = "The {thing} was not {good}.\nI would not call the {thing} {good}."
LISTS = "thing = film, book, play\ngood = good, great, clever*2"
VARIANTS = "The {thing} was {good}. => The {thing} was really {good}."
"""What stands in an empty field of templates, to show how they are written."""
MOST = 10_000


def write_test(into: str) -> None:
    """Draw the form, the preview and what keeps it.

    Args:
        into: name of the suite of this installation that gets the test; "" for a new one.
    """
    own = {one.name: one for one in suites.listed(store()) if one.kept is not None}
    left, right = st.columns([5, 4], gap="large")
    with left:
        draft = _fields()
    with right:
        ready = _preview(draft)
        _kept_in(draft, into if into in own else "", list(own), ready=ready)


def _fields() -> Draft:
    """What the user wrote."""
    one, two = st.columns(2)
    name = one.text_input(
        tr("Name of the test"), key="draft-name", max_chars=120, placeholder=tr("For example: praise denied")
    )
    capability = two.text_input(
        tr("Capability"), key="draft-capability", max_chars=80, placeholder=tr("For example: Negation")
    )
    kind = st.segmented_control(
        tr("What it is"), list(TYPES), key="draft-type", default="MFT", required=True, format_func=lambda t: tr(TYPES[t])
    )  # fmt: skip
    expects = WANTED[str(kind)]  # type: ignore[index]
    expect = expects[0]
    if len(expects) > 1:
        expect = st.selectbox(
            tr("What must hold"), expects, key=f"draft-expect-{kind}", format_func=lambda e: tr(EXPECTED[e])
        )
    templates = st.text_area(
        tr("Templates, one a line"), TEMPLATES if kind == "MFT" else "", key=f"draft-templates-{kind}", height=110,
        placeholder=VARIANTS,
        help=tr("Words in braces are slots, which lists fill. `=>` stands between an original and its variant."),
    )  # fmt: skip
    lists = st.text_area(
        tr("Lists of words, one a line"), LISTS, key="draft-lists", height=110,
        help=tr("A slot, = and its words with commas between. `clever*2` is drawn twice as often where a sample is drawn."),
    )  # fmt: skip
    label, towards, away, tolerance, vary = "", "", "", 0.0, ""
    if "label" in expect:
        label = st.text_input(
            tr("Expected label"), key="draft-label", max_chars=200, placeholder=tr("For example: negative")
        )
    else:
        one, two = st.columns(2)
        vary = one.text_input(
            tr("Slot that varies within a case"), key="draft-vary", max_chars=60,
            help=tr("It runs through its whole list in every case: the first word makes the original. Not needed with `=>`."),
        )  # fmt: skip
        tolerance = two.number_input(
            tr("Forgiven change of probability"), 0.0, 1.0, 0.0 if expect == "same" else 0.1, 0.05, key=f"draft-tolerance-{expect}"
        )  # fmt: skip
        if expect in {"no_less", "no_more"}:
            one, two = st.columns(2)
            towards = one.text_input(tr("Labels towards"), key="draft-towards", help=tr("With commas between"))
            away = two.text_input(tr("Labels away"), key="draft-away", help=tr("With commas between"))
    with st.expander(tr("Exclusions, sample, seed, description"), key="draft-more"):
        exclude = st.text_area(
            tr("Fillings to leave out, one a line"), key="draft-exclude", height=70, placeholder="thing = book, good = clever"
        )  # fmt: skip
        one, two = st.columns(2)
        sample = one.number_input(
            tr("Cases to draw of each template"), 1, MOST, None, key="draft-sample", placeholder=tr("All of them"),
            help=tr("A template with more than {most} fillings needs it.", most=numbers().count(MOST)),
        )  # fmt: skip
        seed = two.number_input(tr("Seed"), 0, 2**31 - 1, 0, key="draft-seed")
        description = st.text_input(tr("What it means if the model fails"), key="draft-description", max_chars=300)
    return Draft(
        name=name.strip(), templates=templates, lists=lists, type=str(kind), capability=capability.strip(),
        description=description.strip(), expect=expect, label=label.strip(), towards=_labels(towards), away=_labels(away),
        tolerance=float(tolerance), exclude=exclude, vary=vary.strip().strip("{}"),
        sample=None if sample is None else int(sample), seed=int(seed),
    )  # fmt: skip


def _labels(said: str) -> tuple[str, ...]:
    return tuple(label.strip() for label in said.split(",") if label.strip())


def _named(draft: Draft) -> Draft:
    """A draft that can be looked at already, whatever else is still to be said of it."""
    return replace(draft, name=draft.name or tr("the test"), label=draft.label or "?")


def _preview(draft: Draft) -> bool:
    """What comes of it, or why nothing does; whether anything does."""
    st.subheader(tr("What comes of it"), anchor=False)
    try:
        made = suites.drawn(_named(draft))
    except AuditError as error:
        st.info(plain(told_again(error).removeprefix(f"{tr('the test')}: "), 500), icon=":material/edit:")
        return False
    cases = tr_n("{n} case", "{n} cases", made.cases)
    st.markdown(f"**{cases}** · {tr_n('{n} filling of the slots', '{n} fillings of the slots', made.fillings)}")
    st.markdown(
        "\n".join(f"- {' &nbsp;→&nbsp; '.join(plain(text, 200) for text in texts[:4])}" for texts in made.shown)
    )
    if made.cases > len(made.shown):
        st.caption(tr_n("and {n} more", "and {n} more", made.cases - len(made.shown)))
    return True


def _kept_in(draft: Draft, into: str, own: list[str], *, ready: bool) -> None:
    """Where it goes, and, of what is `ready`, the buttons that keep it there or take it out.

    The fields stay while something is amiss: the browser forgets what was typed into those that go.
    """
    choices = ["", *own]
    chosen = st.selectbox(
        tr("Keep it in"), choices, choices.index(into) if into in choices else 0, key="draft-into",
        format_func=lambda name: one_line(name, 60) or tr("A new suite"),
    )  # fmt: skip
    name = chosen or st.text_input(tr("Name of the suite"), key="draft-suite", max_chars=60).strip()
    language = "" if chosen else st.text_input(
        tr("Language"), key="draft-language", max_chars=12, placeholder=tr("For example: en"), help=tr("A code; may be left out")
    ).strip()  # fmt: skip
    if not ready:
        return
    try:
        text = _text(draft, chosen, name or draft.name, language)
    except AuditError as error:
        st.info(plain(told_again(error), 500), icon=":material/edit:")
        return
    with st.container(horizontal=True):
        st.button(
            tr("Keep the test"), key="draft-keep", type="primary", icon=":material/save:", on_click=remembers, args=("draft-keep",)
        )  # fmt: skip
        st.download_button(
            tr("Download"), text, f"{name or draft.name}.toml", "application/toml", key="draft-download", icon=":material/download:",
            on_click="ignore", help=tr("As a file for `run --behaviour` and `suite run`"),
        )  # fmt: skip
    kept: list[str] = []
    if pressed("draft-keep") and acted(lambda: kept.append(suites.save(actor(), text, name, new=not chosen).name), ""):
        go("suites", suite=kept[0])
    show_notice()


def _text(draft: Draft, chosen: str, name: str, language: str) -> str:
    """The file of the suite with the test in it."""
    if chosen:
        return suites.with_test(suites.text_of(store(), suites.named(store(), chosen)), draft)
    return suites.suite_text(name, draft, language=language)
