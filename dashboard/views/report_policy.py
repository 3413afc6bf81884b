"""Report, policy: what the run was held against, and what another policy says of it; judging runs no model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from audit.actions import policies
from audit.actions.policies import NamedPolicy
from audit.language.numbers import numbers
from audit.language.translating import tr
from audit.language.verdicts import of_check, signed
from audit.results.judging import Judgement, judged_by
from audit.results.two_policies import Judged, check_of, side_by_side
from audit.score.definitions import define
from audit.score.policy import Policy, kept_policy, policy_from_dict, policy_name, stored_policy
from audit.score.policy_words import sureness, wanted
from audit.scored import Finding
from audit.stored import Run
from dashboard.draw.cards import title_of, verdict_text
from dashboard.forms.policy_choice import choose_baseline, policy_box
from dashboard.page.guard import act
from dashboard.page.paging import readable
from dashboard.page.state import actor, link, store
from dashboard.page.text import estimate, plain
from dashboard.run.nothing import say_nothing


def show(run: Run) -> None:
    """Draw the section."""
    if run.status != "finished" or not run.verdict:
        say_nothing(run, "scores", going=tr("There is no verdict yet: an audit is judged at its end."))
        return
    made = kept_policy(run.policy)
    st.markdown(
        tr(
            "Judged by **{name}**: {verdict}",
            name=plain(policy_name(made.to_dict(), imported=run.foreign_policy, short=True), 140), verdict=verdict_text(run.verdict),
        )
    )  # fmt: skip
    with st.expander(tr("What it wants ({n})", n=len(made.checks))):
        st.markdown("\n".join(f"- {plain(wanted(check), 300)}" for check in made.checks))
        st.caption(plain(sureness(made), 300))
    st.header(tr("Judge under another policy"), anchor=False)
    st.caption(tr("Only the thresholds change: no model runs, and the run stays as it is until you say otherwise."))
    others = {
        policy.name: policy for policy in policies.listed(store()) if policy.digest != made.digest or made.relative
    }
    other = policy_box(others, tr("Policy"), key="judge-policy")
    if other is not None:
        _judged(run, made, _held(run, other))
    link("policies", tr("Policies"), icon=":material/gavel:")


def _held(run: Run, policy: NamedPolicy) -> NamedPolicy:
    """A policy with the run that its margins are held against, where it has any."""
    if not policy_from_dict(policy.policy).relative:
        return policy
    held = choose_baseline(key="judge", model=run.model, before=str(policy.policy.get("baseline", "")))
    return replace(policy, policy={**policy.policy, **held})


def _judged(run: Run, own: Policy, other: NamedPolicy) -> None:
    with st.spinner(tr("Holding the thresholds against the scores")):
        marked = store().baseline(run.model)
        there = _judgement(run.id, other.policy, f"{run.result_hash}{marked}{_reviewed(run)}")
    left, right = st.columns(2)
    now = tr("Now: {name}", name=plain(own.name, 80))
    instead = tr("Instead: {name}", name=plain(other.name, 80))  # which may have the same name
    for column, said, verdict in ((left, now, run.verdict), (right, instead, there.verdict)):
        with column.container(border=True):
            st.caption(said)
            st.markdown(verdict_text(verdict))
    lines = side_by_side(store().findings(run.id), there.findings)
    changed = [line for line in lines if line.now != line.there]
    if run.verdict == there.verdict and not changed:
        st.caption(tr("Both come to the same on every check."))
    table = _table(lines, own, stored_policy(other.policy))
    st.dataframe(
        readable(table), hide_index=True, key="two-policies", alt=tr("Every check under both policies"),
        column_config={
            "score": tr("Score"), "measured": tr("Measured"), "now": tr("Wanted now"), "verdict": tr("Verdict now"),
            "there": tr("Wanted by {name}", name=other.name[:40]), "verdict there": tr("Verdict by {name}", name=other.name[:40]),
        },
    )  # fmt: skip
    st.button(
        tr("Use this policy"), key="use-policy", type="primary", icon=":material/gavel:", on_click=act,
        args=(lambda: _use(run.id, other), tr("The run is judged by {name} now.", name=plain(other.name, 60))),
        help=tr("The findings, the verdict and the reports of this run are by this policy from then on."),
    )  # fmt: skip


def _use(run_id: str, policy: NamedPolicy) -> None:
    policies.use(actor(), run_id, policy.policy)
    st.session_state.pop("judge-policy", None)


def _reviewed(run: Run) -> str:
    return "".join(f"{review.probe}{review.row_id}{review.verdict}" for review in store().reviews(run.id))


@st.cache_data(max_entries=64, show_spinner=False)
def _judgement(run_id: str, policy: Mapping[str, Any], stamp: str) -> Judgement:  # noqa: ARG001
    return judged_by(store(), run_id, policy)


def _table(lines: list[Judged], own: Policy, other: Policy) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "score": title_of(line.score), "measured": _measured(line), "now": _wanted(line.before, own), "verdict": _said(line.now),
                "there": _wanted(line.after, other), "verdict there": _said(line.there),
            }
            for line in lines
        ]
    )  # fmt: skip


def _measured(line: Judged) -> str:
    score = line.score
    return estimate(score.value, score.low, score.high, score.unit)


def _wanted(finding: Finding | None, policy: Policy) -> str:
    check = None if finding is None else check_of(finding, policy)
    if check is None:
        return ""
    bound = numbers().setting(check.threshold, define(check.score).unit)
    if check.margin is not None:
        return tr("worse by at most {bound}", bound=bound)
    return tr("at least {bound}", bound=bound) if check.min is not None else tr("at most {bound}", bound=bound)


def _said(verdict: str | None) -> str:
    return signed(verdict, of_check(verdict)) if verdict is not None else tr("not asked")
