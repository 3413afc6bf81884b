"""Choosing a policy by name: for a new audit, or to judge a finished run by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from audit.actions import policies
from audit.actions.policies import NamedPolicy
from audit.language.translating import tr
from audit.score.policy import policy_from_dict
from audit.score.policy_words import wanted
from dashboard.page.state import store
from dashboard.page.text import one_line, plain


def choose_policy(
    place: Any = st, *, key: str = "policy", before: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """A box to choose the policy of a new audit in; returns what `AuditSpec.policy` takes, None for the default one.

    Args:
        place: where it is drawn; key: of the box.
        before: the policy that is chosen at first, as a spec has it; one that is kept under no name stands there as well.
    """
    found = {policy.digest: policy for policy in reversed(policies.listed(store()))}
    first = policies.bundled()[0].digest
    if before is not None:
        made = policy_from_dict(before)
        found.setdefault(made.digest, NamedPolicy(made.name, made.digest, dict(before), None))
        first = made.digest
    digests = list(reversed(found))
    chosen = place.selectbox(
        tr("Policy"), digests, digests.index(first), key=key, format_func=lambda digest: one_line(found[digest].name, 60),
        help=tr("The thresholds that the result is held against. Another can be chosen at any time, also after the audit."),
    )  # fmt: skip
    policy = found[str(chosen)]
    return None if policy.digest == policies.bundled()[0].digest else dict(policy.policy)


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
