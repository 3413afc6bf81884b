"""`python -m audit edit`: name, tags, star, notes of a run, and whether it is archived or its model's baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.common import JsonOption, emit_json, reader, stderr
from audit.cli.run_json import RunArgument
from audit.errors import InputError
from audit.language.translating import tr

if TYPE_CHECKING:
    from audit.actions.reading import Reader
    from audit.stored import About


def edit(
    run_id: RunArgument,
    name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="One more tag; may be given again.")] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", help="A tag less; may be given again.")] = None,
    star: Annotated[bool | None, typer.Option("--star/--unstar", help="Put a star on it, or take it off.")] = None,
    archive: Annotated[
        bool | None,
        typer.Option("--archive/--unarchive", help="Put it away, where lists leave it out, or take it back."),
    ] = None,
    baseline: Annotated[
        bool | None,
        typer.Option("--baseline/--no-baseline", help="Hold the other runs of its model against it, or no longer."),
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="Note on it; an empty one removes what is there.")] = None,
    row: Annotated[str | None, typer.Option("--row", metavar="ROW_ID", help="The note is on this row.")] = None,
    finding: Annotated[
        str | None, typer.Option("--finding", metavar="ID", help="The note is on this finding, by its id.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Change what people made of a run: its name, tags, star, notes; archive it, make it the baseline."""
    from audit.actions import owning

    if note is None and (row is not None or finding is not None):
        raise InputError("--row and --finding say what a note is on: give --note with them.")
    if row is not None and finding is not None:
        raise InputError("A note is on a row or on a finding: give --row or --finding, not both.")
    about, subject = _about(row, finding)
    store = reader()
    run = store.run(run_id)
    if name is not None:
        owning.rename(store.actor, run.id, name)
    if tag or untag:
        owning.tag(store.actor, run.id, _tags(run.tags, tag or [], untag or []))
    if star is not None:
        owning.star(store.actor, run.id, star)
    if archive is not None:
        owning.archive(store.actor, [run.id], archive)
    if baseline is not None:
        owning.mark_baseline(store.actor, run.id, baseline)
    if note is not None:
        owning.write_note(store.actor, run.id, note, about=about, subject=subject)
    _said(store, run.id, as_json)


def own_json(store: Reader, run_id: str) -> dict[str, Any]:
    """What people made of a run, as `edit` and `show` give it to programs."""
    run, notes = store.run(run_id), store.notes(run_id)
    written = [
        {"about": n.about, "subject": n.subject, "note": n.note, "who": n.who, "at": n.written_at} for n in notes
    ]
    return {
        "name": run.name, "tags": list(run.tags), "starred": run.starred, "archived": run.archived, "baseline": run.baseline,
        "notes": written,
    }  # fmt: skip


def _about(row: str | None, finding: str | None) -> tuple[About, str]:
    if row is not None:
        return "row", row
    return ("run", "") if finding is None else ("finding", finding)


def _tags(now: tuple[str, ...], more: list[str], less: list[str]) -> list[str]:
    gone = {tag.strip().casefold() for tag in less}
    unknown = gone - {tag.casefold() for tag in now}
    if unknown:
        raise InputError(f"The run has no tag '{min(unknown)}'; its tags are: {', '.join(now) or tr('none')}.")
    return [tag for tag in now if tag.casefold() not in gone] + more


def _said(store: Reader, run_id: str, as_json: bool) -> None:
    found = own_json(store, run_id)
    if as_json:
        emit_json({"run_id": run_id, **found})
        return
    marks = [
        word
        for is_so, word in (
            (found["starred"], tr("starred")), (found["archived"], tr("archived")), (found["baseline"], tr("baseline of its model")),
        )
        if is_so
    ]  # fmt: skip
    stderr.print(tr("Run {id}: {name}", id=run_id, name=found["name"]))
    if found["tags"] or marks:
        stderr.print(", ".join([*found["tags"], *marks]), style="dim")
