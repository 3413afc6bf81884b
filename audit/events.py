"""What somebody did, or tried to: what the store keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Who is doing what on what; see `Event`."""

    who: str
    via: str
    project: str
    verb: str
    kind: str
    subject: str = ""
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody did, or tried to. It holds names and ids, never a text or what is in a table.

    Attributes:
        id: counts up; at: UTC ISO-8601.
        who: the actor; via: what let them in; project: where they acted.
        verb: what they did, `audit.actions.verbs` has the list.
        kind, subject: what they did it on: a run, table, model, review, report ... and its id; empty where there was none.
        run_id: the run that it was about; None for what is of no run.
        outcome: done, refused (they may not) or failed; begun, of what is done outside the database, which is followed by how
            it ended unless it was cut off. error: of a failure the kind of error, without what it said.
    """

    id: int
    at: str
    who: str
    via: str
    project: str
    verb: str
    kind: str
    subject: str
    run_id: str | None
    outcome: Literal["begun", "done", "refused", "failed"]
    error: str | None
