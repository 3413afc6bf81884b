"""Verbs of policies: kept by name with every version, and chosen for a finished run, which is judged again at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from audit.actions.doing import doing
from audit.actions.reading import Reader
from audit.actor import Actor
from audit.errors import InputError, RunError, SpecError, UnknownName
from audit.results.judging import judged_by
from audit.score.policy import FORMER, POLICIES, PURPOSES, RELEASE, Policy, load_policy, parse_policy, policy_from_dict
from audit.score.policy_text import MOST_BYTES
from audit.stored import Run, StoredPolicy

_NAME = re.compile(r"[\w][\w .-]{0,58}[\w.-]|\w")


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy that can be chosen by its name.

    Attributes:
        name: its name; digest: of its content, which is its version.
        policy: in the shape of its file.
        kept: how it is kept; None for one that comes with Assay.
    """

    name: str
    digest: str
    policy: Mapping[str, Any]
    kept: StoredPolicy | None


def bundled() -> tuple[NamedPolicy, ...]:
    """The policies that come with Assay, the default one first."""
    paths = [POLICIES / f"{name}.toml" for name in PURPOSES]
    found = [(path.stem, *_read(path, path.stat().st_mtime_ns)) for path in paths]
    return tuple(NamedPolicy(name, digest, policy.to_dict(), None) for name, policy, digest in found)


@lru_cache(maxsize=32)
def _read(path: Path, written: int) -> tuple[Policy, str]:  # noqa: ARG001 - a file written since is another one
    """A policy of a file, with its digest: pages ask for them in every redraw."""
    policy = load_policy(path)
    return policy, policy.digest


def listed(store: Reader) -> tuple[NamedPolicy, ...]:
    """Every policy that can be chosen: those that come with Assay, then this installation's own.

    One of its own that was kept before Assay had one of that name is what its people mean by it, and stands in its place.
    """
    own = [NamedPolicy(kept.name, kept.digest, kept.policy, kept) for kept in store.policies()]
    taken = {policy.name.casefold() for policy in own}
    return (*(policy for policy in bundled() if policy.name not in taken), *own)


def named(store: Reader, name: str) -> NamedPolicy:
    """The policy of that name.

    Raises:
        UnknownName: there is none.
    """
    for policy in listed(store):
        if policy.name == name:
            return policy
    raise UnknownName("policy", name[:80], [policy.name for policy in listed(store)])


def take_in(actor: Actor, data: bytes, called: str) -> StoredPolicy:
    """Keep a policy file under the name that stands in it; see `save`.

    Args:
        actor: who brings it in; data: the file; called: its name, for messages.

    Raises:
        Forbidden: they may not.
        InputError: it is too large, or its name cannot be used.
        SpecError: it is no policy; names lines and fields.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{called} has {len(data):,} bytes; a policy has a few thousand, look whether it is the right file."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecError(f"The policy {called} is not UTF-8 text ({error}); save it as UTF-8.") from error
    policy = parse_policy(text.replace("\r\n", "\n"), called)
    return save(actor, policy.name, policy.to_dict())


def save(actor: Actor, name: str, policy: Mapping[str, Any], *, new: bool = False) -> StoredPolicy:
    """Keep a policy under a name: a new one, or the next version of the one that is there.

    Args:
        actor: who keeps it.
        name: up to 60 letters, digits, spaces, and any of `.`, `-`, `_`.
        policy: in the shape of its file; what it calls itself becomes this name.
        new: there must not be one of that name yet.

    Raises:
        Forbidden: they may not.
        InputError: the name cannot be used.
        SpecError: it is no policy; names the fields.
    """
    with doing(actor, "save_policy", name) as store:
        if name not in {kept.name for kept in store.policies()}:
            check_name(name)
        if new and any(name.casefold() == kept.name.casefold() for kept in store.policies()):
            raise InputError(f"There is a policy named '{name}' already; choose another name.")
        made = policy_from_dict({**policy, "name": name})
        return store.save_policy(name, made.to_dict(), made.digest, who=actor.subject)


def check_name(name: str) -> None:
    """Nothing where a policy can be kept under this name.

    Raises:
        InputError: it is none, is one of Assay's own, or would be taken for a file.
    """
    if not _NAME.fullmatch(name) or name.lower().endswith(".toml"):
        raise InputError(
            f"'{name[:80]}' is no name for a policy: give 1 to 60 letters, digits, spaces, dots, hyphens or underscores, "
            "beginning with a letter or digit, and without .toml at the end."
        )
    if name.casefold() == FORMER:
        raise InputError(
            f"'{name}' is what audits before were judged by where nobody chose a policy; choose another name."
        )
    if name.casefold() in PURPOSES:
        raise InputError(f"'{name}' is the name of a policy that comes with Assay; choose another.")


def delete(actor: Actor, name: str) -> None:
    """Forget a policy with all its versions; runs that were judged by it keep it, and their verdict.

    Raises:
        Forbidden: they may not.
        InputError: it comes with Assay.
        UnknownName: there is none.
    """
    with doing(actor, "delete_policy", name) as store:
        own = {kept.name for kept in store.policies()}
        if name in PURPOSES and name not in own:
            raise InputError(f"The policy {name} comes with Assay and stays.")
        if not store.delete_policy(name):
            raise UnknownName("policy", name[:80], [kept.name for kept in store.policies()])


def against(store: Reader, policy: Mapping[str, Any], run_id: str) -> dict[str, Any]:
    """A policy with the run that its margins are held against.

    Args:
        store: where that run is; policy: in the shape of its file; run_id: id, unique prefix or `latest`.

    Raises:
        InputError: the policy has no margin, or the run has not finished.
        UnknownName: no such run.
    """
    made = policy_from_dict(policy)
    if not made.relative:
        raise InputError(
            f"The policy {made.name} has no margin, so no run is held against a baseline by it; choose {RELEASE}."
        )
    run = store.run(run_id)
    if run.status != "finished":
        raise InputError(f"Run {run.id} is {run.status}; a baseline is a run that has finished.")
    return {**made.to_dict(), "baseline": run.id}


def use(actor: Actor, run_id: str, policy: Mapping[str, Any]) -> Run:
    """Judge a finished run by another policy from now on: its findings and its verdict are that policy's. No model runs.

    Args:
        actor: who decides it; run_id: the run; policy: in the shape of its file.

    Raises:
        Forbidden: they may not.
        RunError: the run has not finished.
        SpecError: it is no policy.
    """
    with doing(actor, "set_policy", run_id) as store:
        run = store.run(run_id)
        if run.status != "finished":
            raise RunError(f"Run {run.id} is {run.status}; only a finished run is judged by another policy.")
        found = judged_by(store, run.id, policy)
        store.set_policy(run.id, found.policy, found.findings, found.verdict)
        return store.run(run.id)
