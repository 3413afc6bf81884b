"""Verbs of what people make of runs: names, tags, stars, notes, a baseline."""

from __future__ import annotations

from collections.abc import Iterable

from audit.actions.doing import doing
from audit.actor import Actor
from audit.errors import InputError, UnknownName
from audit.store import Store
from audit.stored import About, Run

NAME_CHARACTERS, TAG_CHARACTERS, MOST_TAGS, NOTE_CHARACTERS = 200, 40, 20, 4_000


def rename(actor: Actor, run_id: str, name: str) -> Run:
    """Give a run another name.

    Raises:
        Forbidden: they may not.
        InputError: no name, or one too long.
        UnknownName: no such run.
    """
    with doing(actor, "rename_run", run_id) as store:
        name = " ".join(name.split())
        if not 1 <= len(name) <= NAME_CHARACTERS or not name.isprintable():
            raise InputError(f"A run's name has 1 to {NAME_CHARACTERS} printable characters; this one has {len(name)}.")
        store.rename_run(run_id := store.resolve(run_id), name)
        return store.run(run_id)


def tag(actor: Actor, run_id: str, tags: Iterable[str]) -> Run:
    """Give a run these tags in place of those it has; each once, in alphabetical order.

    Raises:
        Forbidden: they may not.
        InputError: a tag that cannot be used, or too many.
        UnknownName: no such run.
    """
    with doing(actor, "tag_run", run_id) as store:
        store.tag_run(run_id := store.resolve(run_id), tags_of(tags))
        return store.run(run_id)


def tags_of(said: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: trimmed, each once whatever its case, in alphabetical order.

    Raises:
        InputError: one cannot be used, or there are too many.
    """
    found = {tag.casefold(): tag for tag in (" ".join(one.split()) for one in reversed(list(said)))}
    for name in found.values():
        if not 1 <= len(name) <= TAG_CHARACTERS or not name.isprintable() or "," in name:
            raise InputError(
                f"'{name[:60]}' is no tag: tags have 1 to {TAG_CHARACTERS} printable characters and no comma in them."
            )
    if len(found) > MOST_TAGS:
        raise InputError(f"A run has at most {MOST_TAGS} tags, not {len(found)}.")
    return tuple(found[key] for key in sorted(found))


def star(actor: Actor, run_id: str, starred: bool = True) -> Run:
    """Put a star on a run, or take it off.

    Raises:
        Forbidden: they may not.
        UnknownName: no such run.
    """
    with doing(actor, "star_run", run_id) as store:
        store.star_run(run_id := store.resolve(run_id), starred)
        return store.run(run_id)


def archive(actor: Actor, run_ids: Iterable[str], archived: bool = True) -> None:
    """Put runs away, where lists leave them out, or take them back; nothing of them is lost.

    Raises:
        Forbidden: they may not.
        UnknownName: no such run; those before it are put away.
    """
    for run_id in run_ids:
        with doing(actor, "archive_run", run_id) as store:
            store.archive_run(store.resolve(run_id), archived)


def mark_baseline(actor: Actor, run_id: str, wanted: bool = True) -> Run:
    """Have the other runs of a run's model held against this one, and against none besides; or no longer.

    Raises:
        Forbidden: they may not.
        InputError: it has not finished.
        UnknownName: no such run.
    """
    with doing(actor, "mark_baseline", run_id) as store:
        run = store.run(run_id)
        if wanted and run.status != "finished":
            raise InputError(f"Run {run.id} is {run.status}; a baseline is a run that has finished.")
        store.mark_baseline(run.id, wanted)
        return store.run(run.id)


def write_note(actor: Actor, run_id: str, note: str, *, about: About = "run", subject: str = "") -> None:
    """Write a note on a run, or on one of its rows or findings, in place of what was there; an empty one removes it.

    Args:
        actor: who writes; run_id: the run; note: the text.
        about, subject: what it is on: the run (no subject), a row (by its id) or a finding (by its id).

    Raises:
        Forbidden: they may not.
        InputError: it is too long.
        UnknownName: no such run, row or finding.
    """
    with doing(actor, "write_note", run_id) as store:
        run_id, note = store.resolve(run_id), note.strip()
        if len(note) > NOTE_CHARACTERS:
            raise InputError(f"A note has at most {NOTE_CHARACTERS:,} characters; this one has {len(note):,}.")
        _check_subject(store, run_id, about, subject)
        store.save_note(run_id, about, subject, note, who=actor.subject)


def _check_subject(store: Store, run_id: str, about: About, subject: str) -> None:
    if about == "row" and store.example(run_id, subject) is None:
        raise UnknownName("row", subject[:80], [str(row) for row in store.rows(run_id, limit=5)["row_id"]])
    if about == "finding":
        known = [finding.id for finding in store.findings(run_id)]
        if subject not in known:
            raise UnknownName("finding", subject[:80], known)
