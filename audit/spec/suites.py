"""The suites ready to use: quick (about 2 minutes on 2 cores), standard (about 20), deep (hours).

Times are rough and for short sentences; the calibration measures the model at hand and never changes n.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from audit.errors import UnknownName
from audit.registry import KINDS
from audit.spec.model import AuditSpec, Budget, Kind, ModelSpec, ProbeSpec, SampleSpec, TableSpec


@dataclass(frozen=True, slots=True)
class Suite:
    """A set of probes with the number of rows it audits at most."""

    name: str
    about: str
    rows: int | None
    probes: tuple[ProbeSpec, ...]
    budget: Budget = field(default_factory=lambda: Budget())


def _probe(kind: Kind, name: str, rows: int | None = None, **params: Any) -> ProbeSpec:
    return ProbeSpec(kind=kind, name=name, rows=rows, params=params)


def _perturbations(*names: str) -> tuple[ProbeSpec, ...]:
    return tuple(_probe("perturbation", name) for name in names)


QUICK = Suite(
    "quick",
    "About 2 minutes: 50 rows, integrated gradients, character swaps, the cheap perturbations.",
    50,
    (
        _probe("prediction", "predict"),
        _probe("explainer", "integrated_gradients"),
        _probe("attack", "deepwordbug"),
        *_perturbations("lowercase", "uppercase", "typos", "punctuation"),
    ),
)
SUITES: dict[str, Suite] = {QUICK.name: QUICK}


def suite(name: str) -> Suite:
    """The suite of that name.

    Raises:
        UnknownName: no such suite.
    """
    if name not in SUITES:
        raise UnknownName("suite", name, tuple(SUITES))
    return SUITES[name]


def suite_spec(
    name: str,
    model: ModelSpec,
    table: TableSpec,
    *,
    limit: int | None = None,
    seed: int = 0,
    policy: Mapping[str, Any] | None = None,
    title: str = "",
) -> AuditSpec:
    """An AuditSpec of a suite for one model and table.

    Args:
        name: quick, standard or deep.
        model, table: what to audit.
        limit: at most this many rows, instead of the suite's number.
        seed: of the sample and of everything drawn at random.
        policy: checks with thresholds; None: the default policy.
        title: the run's name.

    Raises:
        UnknownName: no such suite.
    """
    chosen = suite(name)
    return AuditSpec(
        name=title,
        suite=name,
        model=model,
        table=table,
        probes=tuple(p for p in chosen.probes if p.name in KINDS[p.kind]),
        sample=SampleSpec(n=limit if limit is not None else chosen.rows, seed=seed),
        seed=seed,
        policy=policy,
        budget=chosen.budget,
    )
