"""Policies: the thresholds that audits are held against, in plain words; copied, changed, brought in and taken out."""

from __future__ import annotations

import streamlit as st

from audit.actions import policies
from audit.actions.policies import NamedPolicy
from audit.errors import UnknownName
from audit.language.translating import tr, tr_n
from audit.score.definitions import define
from audit.score.policy import policy_from_dict
from audit.score.policy_file import policy_toml
from audit.score.policy_words import looked_for, sureness, wanted
from dashboard.draw.cards import SEVERITIES, definition
from dashboard.forms.policy_choice import PURPOSES, in_short
from dashboard.forms.policy_form import edit_policy
from dashboard.page.confirm import confirm
from dashboard.page.frame import heading
from dashboard.page.guard import act
from dashboard.page.press import close, is_open, opens, travels
from dashboard.page.state import actor, link, page, parameter, store
from dashboard.page.text import one_line, plain, when


def show() -> None:
    """Draw the page."""
    name = parameter("policy")
    if not name:
        _all()
        return
    try:
        policy = policies.named(store(), name)
    except UnknownName:
        heading(tr("This policy is not here"))
        st.info(tr("It was deleted, or the link is not right."), icon=":material/info:")
        link("policies", tr("All policies"), icon=":material/list_alt:")
        return
    st.page_link(page("policies"), label=tr("All policies"), icon=":material/arrow_back:")
    heading(plain(policy.name), _kept(policy))
    if policy.kept is not None and parameter("edit"):
        edit_policy(policy)
    else:
        _one(policy)


def _all() -> None:
    heading(
        tr("Policies"),
        tr(
            "Thresholds that a result is held against. Changing one never runs a model: finished audits are judged again at once."
        ),
    )
    for policy in policies.listed(store()):
        with st.container(border=True):
            name, about = st.columns([3, 6], vertical_alignment="center")
            with name:
                link("policies", f"**{plain(policy.name, 60)}**", icon=":material/gavel:", policy=policy.name)
                st.caption(_kept(policy))
            about.caption(_what_for(policy))
    st.header(tr("Bring one in"), anchor=False)
    file = st.file_uploader(
        tr("Policy file"),
        type=["toml"],
        key="policy-file",
        max_upload_size=1,
        help=tr("A TOML file of checks, as `gate --policy` takes it."),
    )
    st.caption(tr("TOML, a few thousand bytes"))
    data, called = (file.getvalue(), one_line(file.name, 80)) if file is not None else (b"", "")
    st.button(
        tr("Keep this file"), key="policy-import", icon=":material/upload:", disabled=not data, on_click=act,
        args=(lambda: policies.take_in(actor(), data, called), tr("The policy is kept.")),
    )  # fmt: skip


def _what_for(policy: NamedPolicy) -> str:
    """What a policy is for, where it comes with Assay; else its first checks. Markdown."""
    if policy.kept is not None or policy.name not in PURPOSES:
        return in_short(policy.policy)
    return f"**{tr(PURPOSES[policy.name][0])}.** {tr(PURPOSES[policy.name][1])}"


def _kept(policy: NamedPolicy) -> str:
    """Where a policy is from. Markdown."""
    if policy.kept is None:
        return tr("Comes with Assay")
    kept = policy.kept
    return tr("Version {n}, by {who}, {when}", n=kept.version, who=plain(kept.who), when=when(kept.saved_at))


def _one(policy: NamedPolicy) -> None:
    made = policy_from_dict(policy.policy)
    _buttons(policy)
    if policy.kept is None and policy.name in PURPOSES:
        st.markdown(_what_for(policy))
    st.markdown(plain(sureness(made), 300))
    st.header(tr("What must hold"), anchor=False)
    if not made.checks:
        st.info(tr("This policy has no check, so no run gets a verdict from it."), icon=":material/info:")
    for check in made.checks:
        few = tr_n("at least {n} row", "at least {n} rows", check.min_n) if check.min_n > 1 else ""
        _line(wanted(check), check.score, check.severity, few, check.why)
    if made.patterns:
        st.header(tr("What is looked for besides"), anchor=False)
        st.caption(tr("Patterns inform; they never change the verdict."))
    for pattern in made.patterns:
        most = tr_n("the strongest {n}", "the strongest {n}", pattern.at_most) if pattern.at_most else ""
        _line(looked_for(pattern), pattern.score, pattern.severity, most, pattern.why)
    if policy.kept is not None:
        _versions(policy)


def _line(said: str, score: str, severity: str, more: str, why: str) -> None:
    name, colour = SEVERITIES[severity]
    notes = " · ".join(plain(part, 300) for part in (more, why) if part)
    st.markdown(
        f"{plain(said, 300)} &nbsp; :{colour}-badge[{tr(name)}]" + (f"  \n:small[{notes}]" if notes else ""),
        help=definition(define(score).key),
    )


def _versions(policy: NamedPolicy) -> None:
    versions = store().policy_versions(policy.name)
    if len(versions) > 1:
        with st.expander(tr("Earlier versions ({n})", n=len(versions) - 1)):
            for kept in versions[1:]:
                said = tr(
                    "Version {n}, by {who}, {when}", n=kept.version, who=plain(kept.who), when=when(kept.saved_at)
                )
                st.caption(f"{said}: {in_short(kept.policy, 6)}")


def _buttons(policy: NamedPolicy) -> None:
    with st.container(horizontal=True):
        if policy.kept is not None:
            st.button(
                tr("Change"), key="policy-edit", type="primary", icon=":material/edit:", on_click=travels,
                args=("policies", lambda: {"policy": policy.name, "edit": "1"}),
            )  # fmt: skip
        st.button(
            tr("Copy"), key="policy-copy", icon=":material/content_copy:", on_click=opens, args=("policy-copy",),
            type="secondary" if policy.kept else "primary", help=tr("A policy of your own with these thresholds, to change"),
        )  # fmt: skip
        st.download_button(
            tr("Download"), policy_toml(policy.policy), f"{policy.name}.toml", "application/toml", key="policy-download",
            icon=":material/download:", on_click="ignore", help=tr("As a file for `gate --policy`"),
        )  # fmt: skip
        if policy.kept is not None:
            confirm(
                tr("Delete"),
                lambda: _delete(policy.name),
                title=tr("Delete this policy?"),
                question=tr(
                    "Delete **{name}** with all its versions? Runs that were judged by it keep their verdict.",
                    name=plain(policy.name),
                ),
                yes=tr("Delete"),
                done=tr("The policy was deleted."),
                key="delete-policy",
                button="do-delete-policy",
            )
    if is_open("policy-copy"):
        _copy(policy)


def _delete(name: str) -> None:
    policies.delete(actor(), name)
    st.query_params.clear()


def _copy(policy: NamedPolicy) -> None:
    @st.dialog(tr("Copy {name}", name=one_line(policy.name, 40)), on_dismiss=close)
    def ask() -> None:
        if not is_open("policy-copy"):
            st.rerun()
        st.text_input(tr("Name"), "", key="policy-copy-name", max_chars=60, placeholder=tr("For example: support desk"))
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(tr("Leave it"), key="policy-copy-no", on_click=close)
            st.button(
                tr("Copy"),
                key="policy-copy-yes",
                type="primary",
                icon=":material/check:",
                on_click=_copied,
                args=(policy,),
            )

    ask()


def _copied(policy: NamedPolicy) -> None:
    name = str(st.session_state.get("policy-copy-name") or "").strip()
    close()
    travels("policies", lambda: {"policy": policies.save(actor(), name, policy.policy, new=True).name, "edit": "1"})
