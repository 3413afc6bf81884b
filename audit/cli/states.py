"""What the states and verdicts of runs are called in the terminal."""

from __future__ import annotations

from audit.language.translating import tr, tr_later

_STATES = {
    "queued": tr_later("queued"), "preparing": tr_later("preparing"), "running": tr_later("running"),
    "scoring": tr_later("scoring"), "paused": tr_later("paused"), "cancelled": tr_later("cancelled"),
    "finished": tr_later("finished"), "failed": tr_later("failed"), "imported": tr_later("imported"),
    "pause_asked_for": tr_later("pause asked for"), "cancel_asked_for": tr_later("cancel asked for"),
}  # fmt: skip
_VERDICTS = {"PASS": tr_later("PASS"), "FAIL": tr_later("FAIL"), "INCONCLUSIVE": tr_later("INCONCLUSIVE")}
_SEVERITIES = {"high": tr_later("high"), "medium": tr_later("medium"), "low": tr_later("low"), "info": tr_later("info")}


def state(status: str) -> str:
    """The state of a run, or what was asked of it (`pause_asked_for`), in the language spoken."""
    return tr(_STATES[status]) if status in _STATES else status


def verdict(name: str | None) -> str:
    """A verdict in the language spoken."""
    return tr(_VERDICTS[name]) if name in _VERDICTS else str(name)


def severity(name: str) -> str:
    """How grave a finding is, in the language spoken."""
    return tr(_SEVERITIES[name]) if name in _SEVERITIES else name
