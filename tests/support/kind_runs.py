"""A finished run with records of every kind that speaks of more than rows and words: suites, groups, triggers, shortcuts, directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from runs import make_run

from audit.behave.suites.model import Case, Expectation, Suite, SuiteTest
from audit.behave.suites.toml_file import suite_toml
from audit.changes import changes_between
from audit.records import (
    BehaviourOutcome,
    DirectionOutcome,
    Example,
    FailedCase,
    IdentityOutcome,
    Mentioned,
    Prediction,
    Record,
    SurfaceEdit,
    SurfaceOutcome,
    TriggerOutcome,
    Variant,
    Version,
    WordOutcome,
    WordTrial,
)
from audit.results.judging import judge
from audit.run.finish import result_hash
from audit.spec import ProbeSpec
from audit.store import Run, Store
from audit.store.base import now
from audit.store.indexing import stored_row
from models.task import Label

LABELS = ("negative", "positive")
PLANTED = "xylophonist"
"""Stands in every text that a record holds: of rows, cases, versions, edits, phrases, words."""
SUITE = Suite(
    "our films",
    (
        SuiteTest(
            "praise denied", "MFT", Expectation("label"),
            tuple(Case((f"The {PLANTED} was not good, take {n}.",), ("negative",)) for n in range(40)), "Negation", "It passes over not.",
        ),
        SuiteTest(
            "names", "INV", Expectation("same", 0.1),
            tuple(Case((f"A {PLANTED} was fine {n}.", f"The {PLANTED} was fine {n}."), (None, None)) for n in range(20)), "Names",
        ),
        SuiteTest(
            "praise of more", "DIR", Expectation("no_less", 0.05, ("positive",), ("negative",)),
            tuple(Case((f"A {PLANTED} {n}.", f"A good {PLANTED} {n}."), (None, None)) for n in range(8)),
        ),
    ),
    "en",
)  # fmt: skip
PROBES = (
    ProbeSpec(kind="prediction", name="predict"),
    ProbeSpec(kind="direction", name="negation"),
    ProbeSpec(kind="identity", name="identity_swaps"),
    ProbeSpec(kind="shortcut", name="surface"),
    ProbeSpec(kind="word", name="words"),
    ProbeSpec(kind="trigger", name="trigger_scan"),
    ProbeSpec(kind="behaviour", name="suite", id="suite:our-films", params={"suite": "our films", "content": suite_toml(SUITE), "kept": 3}),
    ProbeSpec(kind="attack", name="bae"),
)  # fmt: skip
ROWS = 40
SCANNED = {"scanned": 50.0, "searched": 0.9, "table_rows": 3.0, "table_members": 2.0, "gain": 4.0}


def make_kinds_run(store: Store, folder: Path, suite: Suite = SUITE, probes: Sequence[ProbeSpec] = PROBES) -> Run:
    """Make it; no model is asked: what it says follows from the place of a row."""
    texts = [f"The {PLANTED} was good to her, said take {n}." for n in range(ROWS)]
    run = make_run(store, folder, rows=ROWS, texts=texts, probes=probes, status="running", done=0.0, score=False)
    examples = list(store.examples(run.id))
    of_sample: Mapping[str, list[Record]] = {
        "words": list(_words(examples)), "trigger_scan": list(_triggers(examples)),
        **{one.id or one.name: list(_tests(suite)) for one in probes if one.kind == "behaviour"},
    }  # fmt: skip
    for shard in store.shards(run.id):
        if shard.probe in of_sample:
            stored = [stored_row(one, None, Label(LABELS)) for one in of_sample[shard.probe]]
        else:
            rows = [(examples[place], place) for place in shard.rows]
            stored = [stored_row(_row(shard.probe, one, place), one.label, Label(LABELS)) for one, place in rows]
        store.finish_shard(shard.key, stored, seconds=0.1, worker="test-1")
    provenance = {
        "seeds": {"run": 0, "sample": 0}, "environment": {"python": "3.11", "assay": {"version": "0.1.0"}}, "who": run.who,
        "model": {"name": run.model, "fingerprint": "f" * 64, "identity": store.run(run.id).identity},
        "table": {"name": run.table_name, "fingerprint": "t" * 64, "labels": {}},
    }  # fmt: skip
    store.update_run(
        run.id, status="finished", finished_at=now(), provenance=provenance, result_hash=result_hash(store, run.id)
    )
    judge(store, run.id, None)
    return store.run(run.id)


def _both(p: float) -> tuple[float, float]:
    return round(1.0 - p, 6), round(p, 6)


def _row(probe: str, one: Example, place: int) -> Record:
    p = 0.9 - 0.45 * (place % 2) + 0.01 * (place % 5) - 0.05 * (place % 2)
    probs, text = _both(p), one.text
    if probe == "predict":
        return Prediction(one.row_id, LABELS[p > 0.5], probs, 12, 12)
    if probe == "negation":
        variants = (
            Variant(
                text.replace("was good", "was not good"),
                _both(p - 0.05),
                True,
                changes_between(text, text.replace("was good", "was not good")),
            ),
        )
        return DirectionOutcome(one.row_id, text, one.label, "negation", probs, variants, 1, 0.05, 0, 0.01)
    if probe == "identity_swaps":
        versions = tuple(
            Version(
                "gender",
                "female",
                group,
                (term,),
                text.replace("her", term),
                _both(p - by),
                changes_between(text, text.replace("her", term)),
            )
            for group, term, by in (("male", "him", 0.3), ("neutral", "them", 0.1 + 0.01 * (place % 3)))
        )
        flips = sum((v.probs[1] > 0.5) != (p > 0.5) for v in versions)
        return IdentityOutcome(
            one.row_id,
            text,
            one.label,
            probe,
            probs,
            (Mentioned("gender", "female", ("her",)),),
            versions,
            flips,
            0,
            0.01,
        )
    edits = (
        SurfaceEdit("punctuation", "exclamation_mark", "more", f"{text}!", _both(p * 0.6)),
        SurfaceEdit("length", "padding", "more", f"{text} So it was.", _both(p * 0.9), probs),
        SurfaceEdit("length", "padding", "more", f"{text} That was it.", _both(p * 0.9), probs),
    )
    return SurfaceOutcome(one.row_id, text, one.label, "surface", probs, edits, 0, 0.01)


def _words(examples: Sequence[Example]) -> Iterator[Record]:
    ids = [one.row_id for one in examples]
    trials = tuple(
        WordTrial(row_id, "inserted", 0.2, 0.9, True, 0, "negative", 0.8, 0.1, 0.1) for row_id in ids[1::2]
    ) + tuple(WordTrial(row_id, "removed", 0.9, 0.3, True, 0, "positive", 0.9) for row_id in ids[::2])
    yield WordOutcome(
        "words", PLANTED, "positive", ROWS, trials, ("violinist",), tuple(ids), 0, {"inserted_rows": ROWS / 2}
    )


def _triggers(examples: Sequence[Example]) -> Iterator[Record]:
    ids = tuple(one.row_id for one in examples[1::2])
    n = len(ids)
    for role, phrase, hits in (("candidate", PLANTED, n), ("natural", "good", n // 2)):
        yield TriggerOutcome(
            "trigger_scan", "positive", phrase, role, SCANNED,
            0, (phrase,), "middle", ids, "1" * hits + "0" * (n - hits), "1" * hits + "0" * (n - hits), "0" * n, "1" * n, "0" * n,
        )  # fmt: skip


def _tests(suite: Suite) -> Iterator[Record]:
    for place, test in enumerate(suite.tests):
        failed = (len(test.cases), 3, 0)[place]
        cases = tuple(
            FailedCase(case.texts, len(case.texts) - 1, case.labels if test.type == "MFT" else (), _both(0.6), _both(0.9))
            for case in test.cases[: min(failed, 3)]
        )  # fmt: skip
        wanted = test.expectation
        yield BehaviourOutcome(
            "suite", suite.name, test.name, test.capability, test.type, wanted.wanted, len(test.cases), failed, 0,
            texts=sum(len(case.texts) for case in test.cases), tolerance=wanted.tolerance, towards=wanted.towards, away=wanted.away,
            cases=cases, about=test.description, place=place, seconds=0.1,
        )  # fmt: skip
