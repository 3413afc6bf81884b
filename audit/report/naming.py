"""How scores, verdicts and names are written in a report, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from audit.language.printable import is_on_screen, printable
from audit.language.probes import kind_title, what_it_does
from audit.language.sentences import sentences
from audit.language.verdicts import of_check, of_finding, signed
from audit.report.blocks import Card, Cell, Moment, Tone
from audit.report.model import Report
from audit.report.strings import Strings
from audit.results.headline import verdict_of
from audit.said import Number, Value
from audit.score.measures import COUNTED
from audit.score.ranking import usual_values
from audit.score.wording import display_name, probe_names, title_said
from audit.scored import Finding, Score
from audit.times import read_time
from models.task import Task

TONES: dict[str | None, Tone] = {"PASS": "good", "FAIL": "bad", "INCONCLUSIVE": "open", None: "muted"}
TOGETHER = ("attacks", "perturbations")
"""What stands for the probe of scores over several: their titles say so."""


def between(score: Score, say: Strings) -> str:
    """A score's range; of what was counted that it was, else a dash."""
    if score.method == COUNTED:
        return say("common.counted")
    return say.numbers.interval(score.low, score.high, score.unit) or say.numbers.none


def with_range(score: Score, say: Strings) -> str:
    """Value and range: 38.4% (31.2% to 45.9%)."""
    return say.numbers.estimate(score.value, score.low, score.high, score.unit)


def parts(score: Score, say: Strings) -> dict[str, str]:
    """Value and range apart, as sentences of the catalog take them: `value`, `range`."""
    return {"value": say.numbers.number(score.value, score.unit), "range": between(score, say)}


def of_row(row_id: str, say: Strings, facts: str = "") -> str:
    """What stands beneath an example: on paper which row it is, so that it can be looked up; a page leads to it instead."""
    if is_on_screen():
        return facts
    row = say("common.row", id=row_id)
    return f"{row}: {facts}" if facts else row


def answer(said: str | None, task: Task, say: Strings, limit: int) -> str:
    """A model's answer, or what is right, in at most so many characters; a word where it holds no label."""
    return printable(said or "", limit) if task.parts(said or "") else say("common.no_labels")


def verdict(value: str | None) -> str:
    """The verdict of a check with its sign, so that it can be told without colours."""
    return signed(value, of_check(value))


def comes_to(finding: Finding) -> str:
    """What a finding comes to: the verdict of a check with its sign, or that it is a pattern, which decides nothing."""
    said = of_finding(finding.verdict, decides=finding.decides)
    return signed(finding.verdict, said) if finding.decides else said


def verdict_cell(value: str | None) -> Cell:
    """The same as a cell; empty where a number was not judged."""
    return Cell(verdict(value), TONES.get(value, ""), strong=True) if value else Cell("")


def outcome(report: Report) -> str:
    """The catalog's key of what a run came to: its verdict, none, or unfinished."""
    return "unfinished" if report.run.status != "finished" else report.run.verdict or "none"


def day(stamp: str, say: Strings) -> str:
    """A UTC time stamp as 1 March 2026, 09:12 UTC."""
    at = read_time(stamp)
    return say("common.unknown") if at is None else say.numbers.date(at, utc=True)


def moment(stamp: str) -> Moment | None:
    """Year, month, day, hour, minute, second of a UTC time stamp; None where it is none."""
    at = read_time(stamp)
    return None if at is None else (at.year, at.month, at.day, at.hour, at.minute, at.second)


def names(values: Sequence[str], at_most: int, say: Strings) -> str:
    """Names after each other, the first few of many."""
    shown = ", ".join(printable(value, 40) for value in values[:at_most])
    rest = len(values) - at_most
    return f"{shown} {say('common.more', n=rest)}" if rest > 0 else shown


class OfProbe(Protocol):
    """Whatever is about one probe: its key within the run and its registered name."""

    @property
    def probe(self) -> str:
        """Its key within the run."""
        ...

    @property
    def name(self) -> str:
        """Its registered name."""
        ...


def probe_name(found: OfProbe) -> str:
    """A probe's name for people: deepwordbug as DeepWordBug, with its key where that is another."""
    return printable(display_name(found.probe, found.name), 60)


def probes_of(score: Score) -> str:
    """The name for people of the probe a score is about, or of both; "" without any."""
    return printable(probe_names(score), 120)


def kind_name(kind: str, say: Strings) -> str:
    """What one thing of a kind is called; the heading over all of them where the report has no other word."""
    return say.get(f"kind.{kind}", kind_title(kind))


def way(name: str, say: Strings) -> str:
    """What an attack does, in plain words: the report's own, else what is said of it everywhere, else its name."""
    return say.get(f"ways.{name}", _act(name) or f"“{printable(display_name(name), 60)}”")


def harmless(name: str, say: Strings) -> str:
    """What a perturbation does, in plain words, found in the same way."""
    return say.get(f"harmless.{name}", _act(name) or printable(display_name(name), 60))


def _act(name: str) -> str:
    return what_it_does(name) if f"act.{name}" in sentences() else ""


def title_of(report: Report, score: Score) -> str:
    """The title of a score's definition."""
    return next((d.title for d in report.definitions if d.key == score.definition), title_said(score.name))


def compared(score: Score, say: Strings) -> str:
    """What the reference models show, from the lowest to the highest; "" where nobody measured them so."""
    ends = usual_values(score)
    return say("common.usual", range=say.numbers.interval(*ends, score.unit)) if ends else ""


def score_card(report: Report, score: Score, say: Strings) -> Card:
    """A score as a card, with the verdict of the check about it."""
    verdict_ = verdict_of(report.findings, score)
    probe = "" if score.probe in TOGETHER else probes_of(score)
    beside = (probe, say("common.n_rows", n=say.numbers.count(score.n)), compared(score, say))
    return Card(
        title=title_of(report, score),
        value=say.numbers.number(score.value, score.unit),
        range=between(score, say),
        note=", ".join(part for part in beside if part),
        tone=TONES.get(verdict_, "") if verdict_ else "",
        verdict=verdict(verdict_) if verdict_ else "",
        about=score.definition,
    )


def noted(score: Score, name: str) -> Value | None:
    """A value that the notes of a score give under a name; None where none does."""
    return next((note.values[name] for note in score.notes if name in note.values), None)


def noted_number(score: Score, name: str) -> float | None:
    """The same where it is a number."""
    found = noted(score, name)
    return found.value if isinstance(found, Number) else float(found) if isinstance(found, int) else None


def noted_share(score: Score, name: str, say: Strings) -> str:
    """The same as a share, in words."""
    found = noted_number(score, name)
    return say.numbers.none if found is None else say.numbers.share(found)
