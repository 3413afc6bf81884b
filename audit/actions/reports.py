"""Verbs of reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from audit.actions.doing import doing
from audit.actor import Actor
from audit.errors import InputError
from audit.run import client
from audit.stored import Job, NewFile, Run

if TYPE_CHECKING:
    from audit.report.model import Preset


def queue(actor: Actor, run_id: str, preset: str = "full", options: Mapping[str, Any] | None = None) -> Job:
    """Have a worker make a report of a run; watch it with `Reader.job`.

    Raises:
        Forbidden: they may not.
        UnknownName: no such run.
    """
    with doing(actor, "make_report", run_id) as store:
        return client.make_report(run_id, preset, options, store=store)


def make(
    actor: Actor,
    run_id: str,
    preset: Preset = "full",
    *,
    formats: Sequence[str],
    texts: bool = True,
    options: Mapping[str, Any],
    hand_over: Callable[[Sequence[NewFile]], None],
) -> Run:
    """Make a report of a run in this process, and keep it with the run.

    Args:
        actor: who wants it.
        run_id: the run; preset, formats, texts: see `audit.report.make_report`.
        options: organisation, logo, accent, language.
        hand_over: given the files before they are kept; what it raises leaves nothing kept.

    Raises:
        Forbidden: they may not.
        InputError: there is nothing to report yet.
        ReportError: it cannot be made.
    """
    from audit.report import make_report

    with doing(actor, "make_report", run_id, outside=True) as store:
        run = store.run(run_id)
        if run.status in {"queued", "preparing"}:
            raise InputError(f"Run {run.id} is {run.status}: there is nothing to report yet; wait until it is running.")
        made = make_report(store, run.id, preset, formats=formats, preview="pdf" in formats, texts=texts, **options)  # type: ignore[arg-type]
        files = made.pop("files")
        hand_over(files)
        kept: dict[str, Any] = {name: said for name, said in options.items() if said is not None and name != "logo"}
        kept |= {} if texts else {"texts": False}
        store.add_job("report", run.id, {"preset": preset, "formats": formats, **kept}, result=made, files=files)
    return run
