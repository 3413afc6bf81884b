"""What an audit is to do: `AuditSpec` as checked JSON, the suites ready to use, and the pure `plan`."""

from audit.spec.model import (
    AuditSpec,
    Budget,
    ModelSpec,
    ProbeSpec,
    SampleSpec,
    TableSpec,
    load_spec,
    read_spec,
)
from audit.spec.plan import Identity, Plan, ResolvedProbe, ShardPlan, plan, sample
from audit.spec.suites import SUITES, Suite, suite, suite_spec, without

__all__ = [
    "SUITES",
    "AuditSpec",
    "Budget",
    "Identity",
    "ModelSpec",
    "Plan",
    "ProbeSpec",
    "ResolvedProbe",
    "SampleSpec",
    "ShardPlan",
    "Suite",
    "TableSpec",
    "load_spec",
    "plan",
    "read_spec",
    "sample",
    "suite",
    "suite_spec",
    "without",
]
