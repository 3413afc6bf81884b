"""`python -m audit report RUN`: the report of a run as PDF, JSON, CSV and HTML, made in this process."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from audit.cli.common import emit_json, reader, stderr
from audit.cli.run_json import RunArgument
from audit.errors import ReportError
from audit.language.translating import tr
from audit.stored import NewFile
from models.writing import whole_file, write_whole


def report(
    run_id: RunArgument,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the PDF here.")] = None,
    preset: Annotated[str, typer.Option("--preset", help="executive (at most 4 pages), full or technical.")] = "full",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the report's data as JSON here.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write CSV files into this folder, or .zip file.")] = None,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", help="Write the CSV files' tables as an Excel workbook.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write one self-contained web page here.")] = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", help="Name on the cover (setting: organisation).")
    ] = None,
    logo: Annotated[Path | None, typer.Option("--logo", help="PNG, JPEG or SVG picture (setting: logo).")] = None,
    accent: Annotated[str | None, typer.Option("--accent", help="Colour as #rrggbb (setting: accent).")] = None,
    language: Annotated[str, typer.Option("--language", help="Language of the words around the numbers.")] = "en",
    texts: Annotated[bool, typer.Option("--texts/--no-texts", help="Whether it may hold texts of rows.")] = True,
    notes: Annotated[
        bool, typer.Option("--notes", help="Hold what people wrote about the run, its findings and rows, too.")
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Print one JSON object about the files on stdout.")
    ] = False,
) -> None:
    """Write the report of a run. Without any file named, the PDF goes to assay-RUN-PRESET.pdf in this folder.

    No worker is needed. A copy is kept and listed with the run, so the dashboard shows it too.
    """
    from audit.actions import reports

    store = reader()
    run = store.run(run_id)
    wanted: dict[str, Path | None] = {"pdf": pdf, "json": json_file, "html": html, "csv": csv, "xlsx": xlsx}
    if not any(wanted.values()):
        wanted["pdf"] = Path(f"assay-{run.id}-{preset}.pdf")
    options: dict[str, Any] = {
        "organisation": organisation,
        "logo": str(logo) if logo else None,
        "accent": accent,
        "language": language,
    }
    if notes:
        options["notes"] = True
    chosen: Any = preset
    formats = [name for name, path in wanted.items() if path]
    files: list[Path] = []

    def place(made: Sequence[NewFile]) -> None:
        files.extend(_place(file, wanted) for file in made if not file.name.endswith(".png"))

    reports.make(store.actor, run.id, chosen, formats=formats, texts=texts, options=options, hand_over=place)
    if summary:
        emit_json({"run_id": run.id, "preset": preset, "files": [str(path) for path in files]})
        return
    for path in files:
        stderr.print(tr("Wrote {path}.", path=str(path)))


def _place(made: NewFile, wanted: dict[str, Path | None]) -> Path:
    """Write a made file to where it was asked for; the CSV zip is unpacked unless a .zip was named."""
    kind = "csv" if made.name.endswith("-csv.zip") else made.name.rpartition(".")[2]
    target, content = wanted[kind], made.content
    if target is None or not isinstance(content, bytes):
        raise ReportError(f"No place was named for {made.name}.")
    try:
        if kind == "csv" and target.suffix.lower() != ".zip":
            _unpack(content, target)
            return target
        write_whole(target, content)
    except OSError as error:
        raise ReportError(f"{target} cannot be written ({error.strerror}).") from None
    return target


def _unpack(content: bytes, target: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:  # our own: its names are those of our tables
        for name in archive.namelist():
            with whole_file(target / name) as part, archive.open(name) as held, part.open("wb") as file:
                shutil.copyfileobj(held, file)
