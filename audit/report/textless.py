"""What a recipient may see who may not see the texts: numbers, intervals, charts, hashes, and no word of a row.

Single words count as text: a score or finding about one says `[word 3]` in its place. What people wrote (notes) and what
programs said (errors, warnings about cells) may quote a row and is left out. Labels, groups and row ids stay: an id is a
hash, from which somebody who guesses a whole row can see that the guess is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from audit.kinds import report_facts
from audit.report.model import Limit, Report
from audit.said import Said, Telling, Value
from audit.score.samples import SUBJECT
from audit.score.wording import meaning_of, title_of
from audit.scored import Finding, Score
from audit.slices import Slice

KIND = "no_texts"
"""Name of the limit that says so, and of nothing else."""
ABOUT = "about"
"""What stands in a sentence that people wrote: of a test of a suite, what it is about."""
CONTENT = "content"
"""Parameter that holds a suite whole. A plan keeps its hash alone; what others wrote into a bundle may have it anywhere."""


def without_texts(report: Report) -> Report:
    """The report without anything that holds a text of a row or a part of one, and saying so first among its limits."""
    hidden = Words((*report.scores, *(finding.score for finding in report.findings)))
    left: dict[str, Any] = {name: tuple(_left(getattr(report, name))) for name in report_facts()}
    return replace(
        report,
        texts=False,
        run=replace(report.run, note="", error=None),
        scores=tuple(hidden.score(score) for score in report.scores),
        findings=tuple(hidden.finding(finding) for finding in report.findings),
        limits=(Limit(KIND), *(limit for limit in report.limits if limit.kind != "note")),
        probes=tuple(replace(one, params=params_without_texts(one.params)) for one in report.probes),
        spec=spec_without_texts(report.spec),
        evidence={},
        pointed={},
        changed_rows={},
        collect={},
        notes=(),
        provenance=provenance_without_texts(report.provenance),
        **left,
    )


def _left(told: Iterable[Any]) -> Iterator[Any]:
    """What the kinds' own facts say is left of them."""
    return (left for one in told if (left := one.without_texts()) is not None)


def provenance_without_texts(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """How a run came about, without warnings about its tables, which may quote their cells."""
    tables = {name: provenance.get(name) for name in ("table", "reference")}
    kept = {name: {**table, "warnings": []} for name, table in tables.items() if isinstance(table, Mapping)}
    return {**provenance, **kept}


def spec_without_texts(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A run's spec without the sentences of behavioural suites, which somebody's rows may be among."""
    probes = spec.get("probes")
    if not isinstance(probes, list):
        return dict(spec)
    return {**spec, "probes": [_without_content(probe) for probe in probes]}


def params_without_texts(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a probe without the sentences of a suite."""
    return {name: value for name, value in params.items() if name != CONTENT}


def _without_content(probe: Any) -> Any:
    params = probe.get("params") if isinstance(probe, Mapping) else None
    return {**probe, "params": params_without_texts(params)} if isinstance(params, Mapping) else probe


def _quoting(score: Score) -> list[str]:
    """The columns of a score's slice that may quote a text."""
    return [column for column in ("word", "holds", SUBJECT) if column in score.where]


class Words:
    """The words that scores are about, each with a number in its place: the same word has the same number throughout."""

    def __init__(self, scores: Iterable[Score]) -> None:
        found = sorted({str(score.where[column]) for score in scores for column in _quoting(score)})
        self._names = {word: f"[word {number}]" for number, word in enumerate(found, start=1)}

    def score(self, score: Score) -> Score:
        """The score without its word."""
        columns = _quoting(score)
        if not columns:
            return score
        where = Slice({**score.where, **{column: self._names[str(score.where[column])] for column in columns}})
        return replace(score, where=where, notes=())

    def finding(self, finding: Finding) -> Finding:
        """The finding without words: one about a word is told by its definition, of others what they quote is replaced."""
        score = self.score(finding.score)
        if score is finding.score:
            told = finding.said
            parts = (self._hidden(part) for part in (told.title, told.why, told.next_step, told.note))
            return replace(finding, said=Telling(*parts))
        name = f"{finding.id.partition(':')[0]}:{score.key}"
        title = Said(
            "finding.part.hidden", {"title": title_of(score.definition), "word": str(score.where[_quoting(score)[0]])}
        )
        return replace(finding, id=name, said=Telling(title, meaning_of(score.definition)), score=score)

    def _hidden(self, said: Said) -> Said:
        """The same without words: what stands in it as a `word`, and what a text has between quotation marks."""
        return Said(said.key, {name: self._value(name, value) for name, value in said.values.items()})

    def _value(self, name: str, value: Value) -> Value:
        if isinstance(value, Said):
            return self._hidden(value)
        if isinstance(value, tuple):
            return tuple(self._value(name, part) for part in value)
        if not isinstance(value, str):
            return value
        if name == ABOUT:
            return ""
        return self._names.get(value, value) if name == "word" else self._quoted(value)

    def _quoted(self, text: str) -> str:
        for word, name in self._names.items():
            for left, right in ("''", '""', "``", "\u2018\u2019", "\u201c\u201d"):
                text = text.replace(f"{left}{word}{right}", name)
        return text
