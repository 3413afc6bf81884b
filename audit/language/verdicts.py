"""What verdicts and the states of runs are called on pages, on paper and in the terminal: one list for all of them.

A verdict says what the numbers come to under a policy, a state what the computer did: the two share neither a word nor a
sign, so that nobody takes an audit that stopped by an error for a model that does not meet its policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from audit.language.translating import tr, tr_later

SIGNS: Mapping[str | None, str] = MappingProxyType({"PASS": "✓", "FAIL": "×", "INCONCLUSIVE": "?"})
"""Beside the word of a verdict, so that it can be told without colours."""
NO_SIGN = "–"
_OF_RUN = {
    "PASS": tr_later("Meets the policy"),
    "FAIL": tr_later("Does not meet the policy"),
    "INCONCLUSIVE": tr_later("Inconclusive"),
}
_OF_CHECK = {"PASS": tr_later("Met"), "FAIL": tr_later("Not met"), "INCONCLUSIVE": tr_later("Inconclusive")}
STATES: Mapping[str, str] = MappingProxyType(
    {
        "queued": tr_later("Queued"),
        "preparing": tr_later("Preparing"),
        "running": tr_later("Running"),
        "scoring": tr_later("Scoring"),
        "paused": tr_later("Paused"),
        "cancelled": tr_later("Cancelled"),
        "finished": tr_later("Finished"),
        "failed": tr_later("Stopped by an error"),
        "imported": tr_later("Imported"),
        "pause_asked_for": tr_later("Pause asked for"),
        "cancel_asked_for": tr_later("Cancel asked for"),
    }
)
"""States of runs, and what was asked of one, by their names in the store."""


def of_run(verdict: str | None) -> str:
    """What a run's verdict is called, in the language spoken."""
    return tr(_OF_RUN[verdict]) if verdict in _OF_RUN else tr("No verdict")


def of_check(verdict: str | None) -> str:
    """What the verdict of one check of a policy is called, in the language spoken."""
    return tr(_OF_CHECK[verdict]) if verdict in _OF_CHECK else tr("Not judged")


def of_finding(verdict: str | None, *, decides: bool) -> str:
    """What a finding comes to, in the language spoken: the verdict of a check, or that it is a pattern, which is never met or missed."""
    return of_check(verdict) if decides else tr("Pattern")


def signed(verdict: str | None, words: str) -> str:
    """The words of a verdict behind its sign."""
    return f"{SIGNS.get(verdict, NO_SIGN)} {words}"


def state(status: str) -> str:
    """What a run is doing, or what was asked of it, in the language spoken; the name itself where it is not known."""
    return tr(STATES[status]) if status in STATES else status
