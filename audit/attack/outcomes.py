"""What an attack did to a row, made a record: its changes, how much it changed, whether it is valid by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from audit.attack.clauses import clauses
from audit.attack.validity import is_valid
from audit.attack.watchdog import RowTimeout
from audit.changes import changes_between, moved, words_changed
from audit.language.translating import tr_later
from audit.records import AttackOutcome, AttackStatus, Change, Example
from audit.window import NothingRead

if TYPE_CHECKING:
    from audit.attack.attacking import Attacking
    from audit.attack.reach import Reach
    from audit.attack.side_by_side import Finished


class NothingToAttack(Exception):
    """A text in which the recipe can change nothing."""


@dataclass(frozen=True)
class Raw:
    """What an attack gave for one row.

    `text` is what became of the attacked part, `similarity` the cosine of the two, `clauses` that of each change's
    surroundings; the last two of successes only, where there is an encoder.
    """

    status: AttackStatus
    original_probs: tuple[float, ...]
    text: str | None
    probs: tuple[float, ...]
    queries: int
    words_left: int
    part: Reach | None
    similarity: float | None = None
    clauses: tuple[float, ...] | None = None


_FAILED = Raw("error", (), None, (), 0, 0, None)


def outcome_of(
    recipe: Attacking,
    stand_ins: tuple[str, ...],
    stamps: dict[str, str],
    example: Example,
    seed: int,
    finished: Finished[Raw],
) -> AttackOutcome:
    """The record of one row.

    Args:
        recipe: what ran.
        stand_ins: resources it searches with in place of those it was published with.
        stamps: the resources that searched and judge.
        example: the row.
        seed: what its draws began with.
        finished: what came of it, or the error that ended it.
    """
    raw, error = finished.result or _FAILED, finished.error
    reduction = recipe.kind == "reduction"
    part, changed, valid = raw.part, None, None
    changes: tuple[Change, ...] = ()
    if part is not None and raw.text is not None:
        read = example.text[part.start : part.end]
        changes = changes_between(read, raw.text)
        if raw.status == "success":
            valid = is_valid(recipe.kind, changes, clauses(read, raw.text, changes), raw.clauses)
        changes = moved(changes, part.start)
        changed = f"{example.text[: part.start]}{raw.text}{example.text[part.end :]}"
    outcome = AttackOutcome(
        row_id=example.row_id,
        text=example.text,
        label=example.label,
        name=recipe.name,
        status=raw.status,
        original_probs=raw.original_probs,
        perturbed_text=changed,
        perturbed_probs=raw.probs,
        changes=changes,
        queries=raw.queries,
        words_changed=words_changed(changes),
        words_total=0 if part is None else part.words,
        similarity=raw.similarity,
        valid=valid,
        seed=seed,
        resources=stamps,
        seconds=finished.seconds,
        goal="input_reduction" if reduction else recipe.goal,
        words_left=raw.words_left if reduction and raw.words_left and raw.status != "skipped" else None,
        pair=example.pair,
        error=None if error is None else _message(error, recipe.time_limit),
        attacked=None if part is None or part.limit is None else (part.start, part.end),
        words_all=None if part is None or part.limit is None else part.total,
        note=None if part is None else part.note,
        stand_ins=stand_ins,
    )
    return _without_unread(outcome, part) if reduction and part is not None and changed is not None else outcome


def _without_unread(outcome: AttackOutcome, part: Reach) -> AttackOutcome:
    """A reduction leaves out what the model did not read, for with fewer words it would read on."""
    text, kept = outcome.text, outcome.perturbed_text or ""
    left = kept[part.start : len(kept) - (len(text) - part.read_end)]
    cut = list(outcome.changes)
    if part.start:
        cut = [Change(0, part.start, text[: part.start], 0, 0, ""), *_shifted(cut, -part.start)]
    if part.read_end < len(text):
        cut.append(Change(part.read_end, len(text), text[part.read_end :], len(left), len(left), ""))
    return replace(outcome, perturbed_text=left, changes=tuple(cut))


def _shifted(changes: Sequence[Change], by: int) -> list[Change]:
    """The same changes where the new text has lost or won so many characters before them."""
    return [replace(c, new_start=c.new_start + by, new_end=c.new_end + by) for c in changes]


def _message(error: BaseException, limit: float) -> str:
    if isinstance(error, RowTimeout):
        return tr_later(f"timeout: the row took longer than {limit:g} s")
    if isinstance(error, (NothingToAttack, NothingRead)):
        return str(error)
    return f"{type(error).__name__}: {error}"
