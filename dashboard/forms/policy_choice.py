"""Choosing a policy by name: for a new audit, or to judge a finished run by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from audit.actions import policies
from audit.actions.policies import NamedPolicy
from audit.language.translating import tr, tr_later
from audit.score.policy import policy_from_dict
from audit.score.policy_words import wanted
from dashboard.page.state import store
from dashboard.page.text import one_line, plain, when

PURPOSES = {
    "everyday": (
        tr_later("Everyday use"),
        tr_later("Nobody deceives it: right answers, harmless changes, groups and shortcuts decide; attacks inform."),
    ),
    "adversary": (tr_later("Somebody will try"), tr_later("Moderation, fraud, spam: the same, and attacks decide.")),
    "release": (tr_later("A release"), tr_later("The same, and no worse than a run before it by more than a margin.")),
}
"""What the policies that come with Assay are for: a title and a sentence of each."""
OWN = "own"
LISTED = 200


def choose_policy(
    place: Any = st, *, key: str = "policy", before: Mapping[str, Any] | None = None, model: str = ""
) -> dict[str, Any] | None:
    """Choose by purpose what the verdict of a new audit rests on; returns what `AuditSpec.policy` takes, None for the default.

    Args:
        place: where it is drawn; key: of the boxes.
        before: the policy that is chosen at first, as a spec has it; one that is kept under no name stands there as well.
        model: that is audited: the run marked as its baseline is what a release is held against unless another is chosen.
    """
    ready = {policy.name: policy for policy in policies.bundled()}
    own = {policy.digest: policy for policy in policies.listed(store()) if policy.kept is not None}
    first, first_own = next(iter(ready)), next(iter(own), "")
    if before is not None:
        made = policy_from_dict(before)
        same = [name for name, policy in ready.items() if policy.digest == made.digest]
        if not same:
            own.setdefault(made.digest, NamedPolicy(made.name, made.digest, dict(before), None))
        first, first_own = (same[0] if same else OWN), (first_own if same else made.digest)
    purposes = [*ready, *([OWN] if own else [])]
    purpose = place.radio(
        tr("What the verdict is for"), purposes, purposes.index(first), horizontal=True, key=f"{key}-purpose",
        format_func=lambda name: tr(PURPOSES[name][0]) if name in PURPOSES else tr("Your own policy"),
        captions=[tr(PURPOSES[name][1]) if name in PURPOSES else tr("Thresholds of your own.") for name in purposes],
        help=tr("The thresholds that the result is held against. Another can be chosen at any time, also after the audit."),
    )  # fmt: skip
    if purpose == OWN:
        digests = list(own)
        chosen = place.selectbox(
            tr("Policy"), digests, digests.index(first_own), key=key,
            format_func=lambda digest: one_line(own[digest].name, 60),
        )  # fmt: skip
        return dict(own[str(chosen)].policy)
    policy = dict(ready[str(purpose)].policy)
    if policy_from_dict(policy).relative:
        return {
            **policy,
            **choose_baseline(place, key=key, model=model, before=str((before or {}).get("baseline", ""))),
        }
    return None if purpose == next(iter(ready)) else policy


def choose_baseline(place: Any = st, *, key: str, model: str, before: str = "") -> dict[str, str]:
    """Choose the run that a release is held against; what a policy has of it: nothing for the one marked for the model."""
    found = store().runs(status=("finished",), archived=False, limit=LISTED)
    labels = {
        str(run["id"]): f"{one_line(str(run['name']), 60)} · {when(run['finished_at'])} · {str(run['id'])[:6]}"
        for run in found.to_dict("records")
    }
    marked = store().baseline(model) if model else None
    ids = ["", *labels]
    usual = (
        tr("The baseline of the model: {name}", name=labels.get(marked, marked[:6]))
        if marked
        else tr("None is marked yet")
    )
    chosen = place.selectbox(
        tr("Held against"), ids, ids.index(before) if before in labels else 0, key=f"{key}-baseline",
        format_func=lambda name: labels[name] if name else usual,
        help=tr("The run before. Rows that both have are compared one by one; without a run those checks stay inconclusive."),
    )  # fmt: skip
    return {"baseline": str(chosen)} if chosen else {}


def policy_box(policies_: Mapping[str, NamedPolicy], label: str, *, key: str) -> NamedPolicy | None:
    """A box to choose one of several policies in; nothing is chosen at first."""
    chosen = st.selectbox(
        label, list(policies_), index=None, key=key, placeholder=tr("Choose a policy"),
        format_func=lambda name: one_line(name, 60),
    )  # fmt: skip
    return policies_[chosen] if chosen else None


def in_short(policy: Mapping[str, Any], most: int = 3) -> str:
    """The first checks of a policy in plain words. Markdown."""
    checks = policy_from_dict(policy).checks
    said = [plain(wanted(check), 120) for check in checks[:most]]
    return " · ".join(said) + (" · …" if len(checks) > most else "")
