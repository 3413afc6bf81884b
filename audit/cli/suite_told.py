"""What became of a suite, for people, for programs, and as a table of the cases that failed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from audit.cli.common import stderr, stdout
from audit.csv_cells import cell_writer, neutral
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from models.terminal import grid, styled

if TYPE_CHECKING:
    from audit.behave.suites.model import Suite, SuiteTest
    from audit.behave.suites.rates import Rate, Say
    from audit.behave.suites.running import Outcome
    from models.classifier import Classifier

_WORDS: dict[Say, tuple[str, str]] = {
    "fail": ("FAIL", "red"), "pass": ("PASS", "green"), "open": ("INCONCLUSIVE", "yellow"), "not_run": (tr_later("not run"), "dim"),
}  # fmt: skip
EXAMPLES = 3
LONGEST = 200
"""Characters of a text that a list shows."""
SAID = {"open": "INCONCLUSIVE", "not_run": "NOT_RUN"}


def cut(text: str) -> str:
    """A text of a list, cut where it is long: each side of a case by itself, so that all of them are seen."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def tell(
    suite: Suite,
    names: Mapping[str, str],
    tested: Sequence[Outcome],
    found: Sequence[Rate],
    groups: Sequence[Rate],
    allowed: float,
    level: float,
) -> None:
    """Print the rates of tests and capabilities, and beneath the first failures of each test that fails."""
    say = numbers()
    heads = (
        tr("test"),
        tr("type"),
        tr("failed"),
        tr("of"),
        tr("rate"),
        tr("{level} interval", level=say.level(level)),
        "",
    )
    table = grid({head: "left" if place in (0, 1, 6) else "right" for place, head in enumerate(heads)})
    for one, rate in zip(tested, found, strict=True):
        table.add_row(
            one.test.name, one.test.type, *_cells(rate), styled(tr(_WORDS[rate.says][0]), _WORDS[rate.says][1])
        )
    stdout.print(table)
    if len(groups) > 1:
        stdout.print()
        table = grid(
            {head: "left" if place == 0 else "right" for place, head in enumerate((tr("capability"), *heads[2:6]))}
        )
        for rate in groups:
            table.add_row(rate.name or tr("none named"), *_cells(rate))
        stdout.print(table)
    for one, rate in zip(tested, found, strict=True):
        if rate.says == "fail":
            stdout.print()
            stdout.print(tr("{test}, for example:", test=one.test.name), style="bold")
            for failure in one.failures[:EXAMPLES]:
                sides = dict.fromkeys((failure.case.texts[0], failure.case.texts[failure.text]))
                stdout.print(f"- {' → '.join(map(cut, sides))}")
    for line in notes(suite, names, tested):
        stderr.print(line)
    stderr.print(
        tr("A test fails where certainly more than {allowed} of its cases do, corrected for {n} tests.",
           allowed=say.setting(allowed), n=sum(1 for rate in found if rate.run))
    )  # fmt: skip


def notes(suite: Suite, names: Mapping[str, str], tested: Sequence[Outcome]) -> list[str]:
    """What was not asked, and why."""
    said = []
    if unknown := [label for label in suite.labels if label not in names]:
        said.append(
            tr(
                "The model has no label for {labels} of the suite; say --map SUITE=MODEL where it has.",
                labels=", ".join(unknown),
            )
        )
    for one in tested:
        if one.lacking:
            said.append(
                tr("{test}: not run, for it needs {labels}.", test=one.test.name, labels=", ".join(one.lacking))
            )
        elif one.unasked:
            said.append(
                tr_n("{test}: {n} case has a label that the model does not have, and was left out.",
                     "{test}: {n} cases have a label that the model does not have, and were left out.",
                     one.unasked, test=one.test.name)
            )  # fmt: skip
        if same := _alike(one.test):
            said.append(
                tr_n("{test}: in {n} case all texts are the same, so nothing is compared.",
                     "{test}: in {n} cases all texts are the same, so nothing is compared.", same, test=one.test.name)
            )  # fmt: skip
        if one.left_out:
            said.append(
                tr_n("{test}: {n} case was left out by the test's own rule.",
                     "{test}: {n} cases were left out by the test's own rule.", one.left_out, test=one.test.name)
            )  # fmt: skip
    return said


def _alike(test: SuiteTest) -> int:
    """Cases of a test that compares whose texts are one and the same; they are counted, as CheckList counts them."""
    return 0 if "label" in test.expectation.wanted else sum(len(set(case.texts)) == 1 for case in test.cases)


def said_json(
    suite: Suite,
    classifier: Classifier,
    names: Mapping[str, str],
    tested: Sequence[Outcome],
    found: Sequence[Rate],
    groups: Sequence[Rate],
    allowed: float,
    level: float,
) -> dict[str, Any]:
    """The same as `--json` prints it."""
    return {
        "suite": {"name": suite.name, "digest": suite.digest, "cases": suite.cases},
        "model": {"name": classifier.name, "fingerprint": classifier.fingerprint, "labels": list(classifier.labels)},
        "labels": dict(names),
        "allowed": allowed,
        "level": level,
        "tests": [
            {
                "name": one.test.name, "capability": one.test.capability, "type": one.test.type,
                "expect": one.test.expectation.wanted, **_rate(rate), "left_out": one.left_out, "unasked": one.unasked,
                "lacking": list(one.lacking), "p_value": rate.p_value, "says": SAID.get(rate.says, rate.says.upper()),
            }
            for one, rate in zip(tested, found, strict=True)
        ],
        "capabilities": [{"name": rate.name, **_rate(rate)} for rate in groups],
    }  # fmt: skip


def failures_csv(tested: Sequence[Outcome], labels: Sequence[str]) -> str:
    """Every case that failed as CSV: test, line, original, the text that failed, what was expected, and probabilities of both."""
    file = io.StringIO()
    write = cell_writer(file)
    sides = [f"{side} {label}" for side in ("original", "text") for label in labels]
    write.writerow(
        [neutral(head) for head in ("test", "capability", "type", "line", "original", "text", "expected", *sides)]
    )
    for one in tested:
        for failure in one.failures:
            case = failure.case
            expected = case.labels[failure.text] if case.labels else None
            cells = (
                one.test.name, one.test.capability, one.test.type, case.line, case.texts[0], case.texts[failure.text], expected,
                *(round(p, 6) for p in (*failure.first, *failure.probs)),
            )  # fmt: skip
            write.writerow([neutral(cell) for cell in cells])
    return file.getvalue()


def _cells(rate: Rate) -> tuple[str, ...]:
    say = numbers()
    if rate.value is None or rate.interval is None:
        return ("0", "0", say.none, say.none)
    return (say.count(rate.failed), say.count(rate.run), say.share(rate.value), say.interval(*rate.interval))


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval or (None, None)
    return {"failed": rate.failed, "run": rate.run, "rate": rate.value, "low": low, "high": high}
