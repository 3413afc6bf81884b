"""Every verb of `audit.actions`, with something to do it on, and what a database holds to see what it did."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pictures import png
from runs import make_run, write_table

from audit.actions import (
    brand,
    bundles,
    catalog,
    comparisons,
    label_reviews,
    owning,
    policies,
    predictions,
    reports,
    resources,
    reviews,
    runs,
    slices,
    suites,
    tables,
    workers,
)
from audit.actor import PROJECT, Actor, Role
from audit.results.judging import reviewed
from audit.run.finish import result_hash
from audit.spec import AuditSpec, ModelSpec, TableSpec, suite_spec
from audit.store import Run, Store, Upload
from audit.store.schema import metadata

RECIPE = "textfooler"
SUITE = """name = "films"
[[test]]
name = "blame"
type = "MFT"
label = "negative"
cases = ["It was dull."]
"""
STRICT = {"version": 1, "name": "strict", "check": [{"id": "accuracy", "score": "accuracy", "min": 0.999}]}


def somebody(role: Role | None = Role.ADMINISTRATOR, name: str = "ana", project: str = PROJECT) -> Actor:
    return Actor(name, frozenset() if role is None else frozenset({role}), "token", project)


def state(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is stored but events, whatever wrote it."""
    tables_ = [t for t in metadata.sorted_tables if t.name not in {"events", "assay_migrations"}]
    with store.database.read() as connection:
        return {t.name: sorted(map(tuple, connection.execute(sa.select(t))), key=repr) for t in tables_}


@dataclass(frozen=True)
class Made:
    """What a furnished installation holds: a run of each state, a deleted one, a table without runs, a model, two successes of
    an attack.

    The second success was judged.
    """

    runs: Mapping[str, Run]
    table: Upload
    checkpoint: Path
    rows: tuple[str, str]
    discarded: str


def furnish(store: Store, folder: Path, checkpoint: Path) -> Made:
    """Make it."""
    made = {}
    for seed, status in enumerate(("finished", "running", "paused", "failed")):
        done = {"finished": 1.0, "failed": 1.0}.get(status, 0.5)
        run = make_run(store, folder, rows=12, status=status, done=done, seed=seed, score=status == "finished")
        made[status] = run
    run_id = made["finished"].id
    store.update_run(run_id, result_hash=result_hash(store, run_id))
    table = store.add_upload(write_table(folder / "more.csv", 8, ("a", "b"), seed=9), "more.csv")
    catalog.register(somebody(), "mine", str(checkpoint), in_place=True)
    first, second = map(str, store.review_queue(run_id, RECIPE)["row_id"].iloc[:2])
    store.save_review(run_id, RECIPE, second, "same", who="ana")
    store.save_review(run_id, "predict", second, "keep", who="ana")
    reviewed(store, run_id)
    discarded = make_run(store, folder, rows=12, seed=17, score=False).id
    store.hide_run(discarded)
    policies.save(somebody(), "ours", STRICT)
    suites.save(somebody(), SUITE)
    slices.save(somebody(), "long", "length>9")
    brand.set_logo(somebody(), png(2, 1))
    return Made(made, table, checkpoint, (first, second), discarded)


@dataclass
class Bench:
    """A furnished installation, and a folder for what comes out of it."""

    store: Store
    folder: Path
    has: Made

    @property
    def made(self) -> Mapping[str, Run]:
        return self.has.runs

    @property
    def table(self) -> Upload:
        return self.has.table

    @property
    def row(self) -> str:
        return self.has.rows[0]

    @property
    def run(self) -> str:
        return self.made["finished"].id

    def spec(self) -> AuditSpec:
        return suite_spec("quick", ModelSpec(name="sentiment"), TableSpec(path=self.table.sha256))

    def new_table(self) -> Path:
        return write_table(self.folder / "new.csv", 5, ("x", "y"), seed=77)

    def bundle(self) -> Path:
        """The finished run as a bundle, and not here any more."""
        out = self.folder / "bundle.zip"
        bundles.export(somebody(), self.run, out, with_report=False)
        self.store.delete_run(self.run)
        return out

    def acts(self) -> dict[str, tuple[Callable[[Actor], object], str]]:
        """Verb -> how somebody does it here, and on what: its id, empty where the verb makes it."""
        ids = {status: run.id for status, run in self.made.items()}
        judged = f"{RECIPE}/{self.row}", f"{RECIPE}/{self.has.rows[1]}"
        return {
            "start_run": (lambda a: runs.start(a, self.spec()), ""),
            "pause_run": (lambda a: runs.pause(a, ids["running"]), ids["running"]),
            "resume_run": (lambda a: runs.resume(a, ids["paused"]), ids["paused"]),
            "cancel_run": (lambda a: runs.cancel(a, ids["paused"]), ids["paused"]),
            "retry_run": (lambda a: runs.retry(a, ids["failed"]), ids["failed"]),
            "set_priority": (lambda a: runs.set_priority(a, ids["running"], 77), ids["running"]),
            "delete_run": (lambda a: runs.delete(a, ids["failed"]), ids["failed"]),
            "discard_run": (lambda a: runs.discard(a, [ids["failed"]]), ids["failed"]),
            "restore_run": (lambda a: runs.restore(a, [self.has.discarded]), self.has.discarded),
            "rename_run": (lambda a: owning.rename(a, self.run, "another name"), self.run),
            "tag_run": (lambda a: owning.tag(a, self.run, ["release"]), self.run),
            "star_run": (lambda a: owning.star(a, self.run), self.run),
            "archive_run": (lambda a: owning.archive(a, [self.run]), self.run),
            "mark_baseline": (lambda a: owning.mark_baseline(a, self.run), self.run),
            "write_note": (lambda a: owning.write_note(a, self.run, "look again", about="row", subject=self.row), self.run),
            "set_policy": (lambda a: policies.use(a, self.run, STRICT), self.run),
            "save_policy": (lambda a: policies.save(a, "stricter", STRICT), "stricter"),
            "delete_policy": (lambda a: policies.delete(a, "ours"), "ours"),
            "save_suite": (lambda a: suites.save(a, SUITE, "plays"), "plays"),
            "delete_suite": (lambda a: suites.delete(a, "films"), "films"),
            "save_slice": (lambda a: slices.save(a, "wrong ones", "wrong"), "wrong ones"),
            "rename_slice": (lambda a: slices.rename(a, "long", "longer"), "longer"),
            "delete_slice": (lambda a: slices.delete(a, "long"), "long"),
            "estimate": (lambda a: runs.estimate(a, self.spec()), ""),
            "upload_table": (lambda a: tables.upload(a, self.new_table(), "new.csv"), ""),
            "describe_table": (lambda a: tables.describe(a, self.table.sha256, text="text"), self.table.sha256),
            "delete_table": (lambda a: tables.delete(a, self.table.sha256), self.table.sha256),
            "predict_table": (
                lambda a: predictions.queue(a, "sentiment", TableSpec(path=self.table.sha256)), self.table.sha256,
            ),
            "review": (lambda a: reviews.judge(a, self.run, RECIPE, self.row, "different"), judged[0]),
            "undo_review": (lambda a: reviews.take_back(a, self.run, RECIPE, self.has.rows[1]), judged[1]),
            "review_label": (lambda a: label_reviews.judge(a, self.run, self.row, "drop"), f"predict/{self.row}"),
            "undo_review_label": (lambda a: label_reviews.take_back(a, self.run, self.has.rows[1]), f"predict/{self.has.rows[1]}"),
            "register_model": (lambda a: catalog.register(a, "other", str(self.has.checkpoint), in_place=True), "other"),
            "fetch_resource": (lambda a: resources.fetch(a, "stopwords", self.folder / "logs" / "r.log").wait(), "stopwords"),
            "rename_labels": (lambda a: catalog.rename_labels(a, "mine", ["x", "y", "z"]), "mine"),
            "remove_model": (lambda a: catalog.remove(a, "mine"), "mine"),
            "start_worker": (workers.start, socket.gethostname()),
            "make_report": (lambda a: reports.queue(a, self.run), ""),
            "make_comparison": (lambda a: comparisons.make(a, [self.run, self.run], "html"), self.run),
            "set_organisation": (lambda a: brand.set_organisation(a, "Example Bank"), "organisation"),
            "set_logo": (lambda a: brand.set_logo(a, png(3, 3)), "logo"),
            "remove_logo": (brand.remove_logo, "logo"),
            "export_run": (lambda a: bundles.export(a, self.run, self.folder / "out.zip", with_report=False), self.run),
            "import_run": (lambda a: bundles.take_in(a, self.folder / "bundle.zip"), self.run),
        }  # fmt: skip
