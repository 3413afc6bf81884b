"""How often behavioural tests fail, each by itself and by capability (CheckList, Ribeiro et al. 2020)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import bdtrc

from audit.said import Number, Said
from audit.score.frames import Frames
from audit.score.intervals import holm
from audit.score.measurer import Measurer, absent
from audit.score.measures import Measure
from audit.slices import Slice

ALLOWED = 0.05
"""Share of the cases of a test that may fail where nothing else is said."""
MOST, ENOUGH = 0.60, 30
"""A test certainly fails as a whole where more than this share of such cases does, of at least so many that were run."""
SURE = 0.05
"""Corrected p below which a test certainly fails more often than is allowed."""
NAMED = 5
"""Failing tests that a finding names."""
CAPABILITY, TEST = "capability", "test"
"""Columns of the slices of these scores."""


def behaviour(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """The failure rate of every test, then that of every capability, of each suite; what was not asked has none.

    A note says which tests certainly fail in more than `ALLOWED` of such cases, by exact binomial tests with Holm's correction
    over the tests of their suite.
    """
    found = frames.of("behaviours")
    if found.empty:
        return
    asked = found[~found["error"] & (found["run"] > 0)]
    for probe, tests in asked.groupby("probe", sort=True):
        ordered = tests.sort_values("place", kind="stable")
        yield from _tests(str(probe), ordered, measurer)
        yield from _capabilities(str(probe), ordered, measurer)
        yield _failing(str(probe), ordered)


def _tests(probe: str, tests: pd.DataFrame, measurer: Measurer) -> Iterator[Measure]:
    p_values = corrected(tests["failed"].tolist(), tests["run"].tolist())
    for line, p in zip(tests.to_dict("records"), p_values, strict=True):
        named = {CAPABILITY: str(line["capability"]), TEST: str(line["subject"])}
        about: dict[str, Any] = {
            "probe": probe,
            "where": Slice({column: value for column, value in named.items() if value}),
            "context": {
                **named,
                "about": sentence(str(line["about"])),
                "suite": str(line["suite"]),
                "failed": int(line["failed"]),
            },
        }
        if p < SURE:
            allowed = Number(ALLOWED, "setting:share")
            about["notes"] = (
                Said("note.tests_of_suite", {"allowed": allowed, "p": Number(p, "p_value"), "tests": len(tests)}),
            )
        yield measurer.count("behaviour_failure", line["failed"], line["run"], **about)


def sentence(text: str) -> str:
    """What a suite says of a test, with its full stop."""
    return text if not text or text[-1] in ".!?。！？…" else f"{text}."


def _capabilities(probe: str, tests: pd.DataFrame, measurer: Measurer) -> Iterator[Measure]:
    for capability, members in tests.groupby("capability", sort=False):
        if capability:
            context = {
                CAPABILITY: str(capability), "suite": str(members["suite"].iloc[0]), "failed": int(members["failed"].sum()),
                "tests": len(members),
            }  # fmt: skip
            yield measurer.count(
                "capability_failure", members["failed"].sum(), members["run"].sum(), probe=probe,
                where=Slice({CAPABILITY: str(capability)}), context=context,
            )  # fmt: skip


def _failing(probe: str, tests: pd.DataFrame) -> Measure:
    """The share of a suite's tests that certainly fail as a whole: counted, for the tests of a suite are what they are.

    There is none where no test has cases enough to fail: that none does would say nothing.
    """
    if not (tests["run"] >= ENOUGH).any():
        return absent("failing_tests", Said("note.cases_needed", {"needed": ENOUGH}), probe=probe)
    p_values = corrected(tests["failed"].tolist(), tests["run"].tolist(), MOST)
    certain = tests[(tests["run"] >= ENOUGH) & (np.array(p_values) < SURE)]
    rates = (certain["failed"] / certain["run"]).sort_values(ascending=False, kind="stable")
    named = ", ".join(f"'{certain.loc[at, 'subject']}'" for at in rates.index[:NAMED])
    hits, of = len(certain), len(tests)
    context = {"suite": str(tests["suite"].iloc[0]), "failing": hits, "tests": of, "named": named}
    return Measure(
        "failing_tests", hits / of, of, basis="wilson", counts=(float(hits), float(of)), counted=True, probe=probe, context=context
    )  # fmt: skip


def corrected(failed: Sequence[float], run: Sequence[float], allowed: float = ALLOWED) -> list[float]:
    """p of each test of "no more than `allowed` of such cases fail", corrected by Holm over them all.

    Args:
        failed, run: cases of each test that failed and that were run, at least 1.
        allowed: share, 0-1.
    """
    raw = [exceeds(round(some), round(of), allowed) for some, of in zip(failed, run, strict=True)]
    return [float(p) for p in holm(raw)] if raw else []


def exceeds(failed: int, run: int, allowed: float) -> float:
    """P(at least so many of `run` cases fail) where each fails with probability `allowed`: exact, one-sided."""
    return 1.0 if failed == 0 else float(bdtrc(failed - 1, run, allowed))
