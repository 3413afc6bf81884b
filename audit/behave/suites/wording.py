"""What is expected of a case, as a clause."""

from __future__ import annotations

from audit.behave.suites.model import Expectation, Wanted
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later

_SAID: dict[Wanted, str] = {
    "label": tr_later("every text is answered by its label"),
    "not_label": tr_later("no text is answered by its label"),
    "same": tr_later("every variant is answered as the original"),
    "other": tr_later("every variant is answered otherwise than the original"),
    "no_less_sure": tr_later("the answer to the original becomes no less probable"),
    "no_surer": tr_later("the answer to the original becomes no more probable"),
    "no_less": tr_later("{labels} becomes no less probable"),
    "no_more": tr_later("{labels} becomes no more probable"),
}


def expected(wanted: Expectation) -> str:
    """The clause, in the language spoken."""
    labels = " + ".join(wanted.towards) + "".join(f" - {label}" for label in wanted.away)
    said = tr(_SAID[wanted.wanted], labels=labels.removeprefix(" - ") if wanted.towards else labels.strip())
    if wanted.tolerance:
        said = tr("{clause}, up to {tolerance} forgiven", clause=said, tolerance=numbers().setting(wanted.tolerance))
    if wanted.unless:
        said = tr("{clause}, unless the original is answered by {labels}", clause=said, labels=", ".join(wanted.unless))
    return said
