"""The sentences by which CheckList's export says what a test expects, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable

from audit.behave.suites.model import Expectation

LONGEST = 1_000
"""Characters of a sentence: CheckList's have some hundred, and the patterns take the square of it at worst."""
_NUMBER = r"(?P<t>[0-9]*\.?[0-9]+)"
_UNLESS = r"(?:.*\(skipped when (?:original|X) is (?:predicted )?(?P<u>[^)]+)\))?.*"


def _unless(found: re.Match[str]) -> tuple[str, ...]:
    said = found.group("u")
    return (said.strip(),) if said else ()


Reading = tuple[re.Pattern[str], Callable[[re.Match[str]], Expectation]]
READINGS: tuple[Reading, ...] = (
    (re.compile(r"each example has its label.*"), lambda _: Expectation("label")),
    (
        re.compile(rf"prediction of every perturbed text equals that of the first.*?(?:threshold {_NUMBER} .*)?"),
        lambda found: Expectation("same", float(found.group("t") or 0.0)),
    ),
    (
        re.compile(rf"confidence in the original prediction must not drop by more than {_NUMBER}{_UNLESS}"),
        lambda found: Expectation("no_less_sure", float(found.group("t")), unless=_unless(found)),
    ),
    (
        re.compile(rf"confidence in the prediction made for X must not rise by more than {_NUMBER}{_UNLESS}"),
        lambda found: Expectation("no_surer", float(found.group("t")), unless=_unless(found)),
    ),
    (
        re.compile(rf"P\((?P<a>[^)]+)\)-P\((?P<b>[^)]+)\) must not go down by more than {_NUMBER}.*"),
        lambda found: Expectation("no_less", float(found.group("t")), (found.group("a"),), (found.group("b"),)),
    ),
)


def read_expectation(sentence: str) -> Expectation | None:
    """What a sentence of an export wants; None where it is none that is known."""
    said = " ".join(sentence.split())
    if len(said) > LONGEST:
        return None
    for pattern, make in READINGS:
        if found := pattern.fullmatch(said):
            return make(found)
    return None
