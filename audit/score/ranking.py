"""In which order findings are told, and which of them together: by what hurts, each fault once, in its strongest form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from audit.said import Number, Said, every, sentences
from audit.score.causes import Cause, cause_of, test_of, told_with
from audit.score.policy import SEVERITIES
from audit.scored import Finding, Score, Verdict

_VERDICTS: tuple[Verdict, ...] = ("FAIL", "INCONCLUSIVE", "PASS")
NAMED = 3
"""At most so many findings are named in the one that tells them."""
REFERENCE = "note.bundled_model"
"""What one reference model shows, in the notes of a score."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as it is told, its note naming the others of the same cause, and those others, the strongest first."""

    finding: Finding
    also: tuple[Finding, ...] = ()


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by what hurts, whatever found them.

    What is established first, then what is open, then what passed. Of what is established, what the reference models show as
    well stands behind the rest; where it decides nothing it is context, and stands last of all. Then by severity; checks before
    patterns; by how many rows are surely beyond the threshold.
    """
    return sorted(findings, key=_key)


def told_once(findings: Iterable[Finding]) -> list[Told]:
    """Each fault once, in the order of `in_order`: the strongest finding of each cause, the others named in it.

    What passed is no fault and stands by itself. All of a run's findings are in it, each in one place.
    """
    order: list[Finding] = []
    others: dict[str, list[Finding]] = {}
    first: dict[Cause, Finding] = {}
    for finding in in_order(findings):
        cause = cause_of(finding) if finding.verdict != "PASS" else ()
        known = next((first[one] for one in (cause, test_of(finding)) if one in first), None) if cause else None
        if known is not None:
            others[known.id].append(finding)
            continue
        if cause:
            first[cause] = finding
        if finding.verdict == "FAIL":
            first |= {told: finding for told in told_with(finding) if told not in first}
        order.append(finding)
        others[finding.id] = []
    return [Told(_naming(finding, others[finding.id]), tuple(others[finding.id])) for finding in order]


def usual(score: Score) -> bool:
    """Whether reference models show as much: a score is beyond them where its whole interval is worse than that of each."""
    shown = _shown(score)
    if not shown or score.low is None or score.high is None:
        return False
    if score.direction == "higher_is_better":
        return score.high >= min(low for low, _ in shown)
    return score.low <= max(high for _, high in shown)


def usual_values(score: Score) -> tuple[float, float] | None:
    """The lowest and highest value of the reference models beside a score; None where nobody measured them so."""
    parts = (part for note in score.notes for part in every(note) if part.key == REFERENCE)
    shares = [part.values.get("share") for part in parts]
    values = [share.value for share in shares if isinstance(share, Number) and share.value is not None]
    return (min(values), max(values)) if values else None


def _shown(score: Score) -> list[tuple[float, float]]:
    """The intervals of the reference models that stand beside a score; none where nobody measured it so."""
    return [ends for note in score.notes for part in every(note) if part.key == REFERENCE for ends in _ends(part)]


def _ends(said: Said) -> list[tuple[float, float]]:
    ends = said.values.get("range")
    known = isinstance(ends, Number) and ends.low is not None and ends.high is not None
    return [(float(ends.low), float(ends.high))] if known else []  # type: ignore[union-attr, arg-type]


def is_context(finding: Finding) -> bool:
    """Whether a finding says no more than how models are: it decides nothing, and the reference models show as much."""
    return not finding.decides and finding.verdict == "FAIL" and usual(finding.score)


def _key(finding: Finding) -> tuple[bool, int, bool, int, bool, float, str]:
    return (
        is_context(finding),
        _VERDICTS.index(finding.verdict),
        finding.verdict == "FAIL" and usual(finding.score),
        -SEVERITIES.index(finding.severity),
        not finding.decides,
        -_rows_beyond(finding),
        finding.id,
    )


def _rows_beyond(finding: Finding) -> float:
    """How many rows are surely beyond the threshold: as many as the nearer end of the interval says, of those it counts."""
    score, bound = finding.score, finding.threshold
    if score.value is None or bound is None:
        return 0.0
    if score.direction == "higher_is_better":
        gap = bound - (score.value if score.high is None else score.high)
    else:
        gap = (score.value if score.low is None else score.low) - bound
    return min(max(gap, 0.0), 1.0) * score.n


def _naming(finding: Finding, others: Sequence[Finding]) -> Finding:
    score = finding.score
    if finding.verdict == "FAIL" and _shown(score):
        compared = Said("note.usual" if usual(score) else "note.beyond")
        finding = replace(finding, said=replace(finding.said, note=sentences(finding.said.note, compared)))
    if not others:
        return finding
    titles = tuple(dict.fromkeys(other.said.title for other in others))
    values = {"findings": tuple(Said("note.another", {"title": title}) for title in titles[:NAMED])}
    more = len(titles) - NAMED
    said = Said("note.same_cause_more", {"more": more, **values}) if more > 0 else Said("note.same_cause", {**values})
    return replace(finding, said=replace(finding.said, note=sentences(finding.said.note, said)))
