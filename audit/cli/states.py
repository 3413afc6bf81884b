"""What the states and verdicts of runs are called in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.language import verdicts
from audit.language.translating import tr, tr_later

if TYPE_CHECKING:
    from audit.scored import Finding

_SEVERITIES = {"high": tr_later("high"), "medium": tr_later("medium"), "low": tr_later("low"), "info": tr_later("info")}


def state(status: str) -> str:
    """The state of a run, or what was asked of it (`pause_asked_for`), in the language spoken."""
    words = verdicts.state(status)
    return words[:1].lower() + words[1:]


def verdict(name: str | None) -> str:
    """The verdict of a run in the language spoken."""
    return verdicts.of_run(name)


def comes_to(finding: Finding) -> str:
    """What a finding comes to, in the language spoken."""
    return verdicts.of_finding(finding.verdict, decides=finding.decides)


def severity(name: str) -> str:
    """How grave a finding is, in the language spoken."""
    return tr(_SEVERITIES[name]) if name in _SEVERITIES else name
