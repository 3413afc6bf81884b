"""What two policies say of one run, check by check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from audit.score.findings import CHECK
from audit.score.policy import Check, Policy
from audit.scored import Finding, Score, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """One score under two policies; a side is None where that policy does not ask about it."""

    score: Score
    before: Finding | None
    after: Finding | None

    @property
    def now(self) -> Verdict | None:
        """The verdict of the first policy."""
        return None if self.before is None else self.before.verdict

    @property
    def there(self) -> Verdict | None:
        """The verdict of the second policy."""
        return None if self.after is None else self.after.verdict


def side_by_side(first: Iterable[Finding], second: Iterable[Finding]) -> list[Judged]:
    """What decides under each policy, the scores of both beside each other; patterns, which do not decide, are left out.

    Where a policy asks twice about one score (a band takes two checks), the first is put beside the first.
    """
    sides = [_by_score(first), _by_score(second)]
    lines: list[Judged] = []
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        before, after = (side.get(key, []) for side in sides)
        for at in range(max(len(before), len(after))):
            one, two = (found[at] if at < len(found) else None for found in (before, after))
            about = one or two
            if about is not None:
                lines.append(Judged(about.score, one, two))
    return sorted(lines, key=lambda line: line.now == line.there)  # what differs stands first


def check_of(finding: Finding, policy: Policy) -> Check | None:
    """The check of a policy that a finding is from; None for what no check asks, a probe that was skipped."""
    asked = (check for check in policy.checks if finding.id == f"{CHECK}{check.id}:{finding.score.key}")
    return next(asked, None)


def _by_score(findings: Iterable[Finding]) -> dict[tuple[str, bool], list[Finding]]:
    """Findings that decide, by what they are about and the side of the threshold."""
    found: dict[tuple[str, bool], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.decides:
            found[finding.score.key, finding.threshold is None].append(finding)
    return dict(found)
