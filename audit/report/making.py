"""Making a report's files: called by the worker for the dashboard, and in-process by the terminal."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from audit.errors import ReportError, UnknownName
from audit.kinds import report_facts
from audit.language.translating import speaking
from audit.report.blocks import Brand, Document
from audit.report.brand import make_brand
from audit.report.build import build_report
from audit.report.caps import CAPS, EXECUTIVE, EXECUTIVE_PAGES, Caps
from audit.report.model import Preset, Report
from audit.report.textless import without_texts
from audit.store import NewFile, Store
from audit.xlsx_cells import write_book

Format = Literal["pdf", "html", "json", "csv", "xlsx"]
FORMATS: tuple[Format, ...] = ("pdf", "html", "json", "csv", "xlsx")
HTML_BYTES = 5_000_000
PREVIEW_PAGES = 30
PREVIEW_PPI = 80.0


@dataclass(frozen=True, slots=True)
class Laid:
    """A report, laid out so that it keeps to its preset's pages; `pages` are pictures of them, made with the PDF."""

    report: Report
    document: Document
    pdf: bytes | None
    pages: tuple[bytes, ...]


def make_report(
    store: Store,
    run_id: str,
    preset: Preset = "full",
    *,
    formats: Sequence[str] = ("pdf", "html", "json"),
    language: str = "en",
    organisation: str | None = None,
    logo: str | Path | None = None,
    accent: str | None = None,
    preview: bool = True,
    texts: bool = True,
    notes: bool = False,
) -> dict[str, Any]:
    """Make the files of a run's report; nothing is written anywhere.

    Args:
        store: where the run is; run_id: id, unique prefix or `latest`.
        preset: executive (at most 4 pages), full, technical.
        formats: any of pdf, html, json, csv (one zip), xlsx (the same tables as sheets).
        language: of the words around the numbers.
        organisation, logo (a PNG, JPEG or SVG file), accent (#rrggbb): default: the settings', else what is kept.
        preview: also the PDF's pages as pictures, the first 30.
        texts: False leaves out every text of a row, see `audit.report.textless`.
        notes: whether what people wrote about the run goes along; never without texts, for notes may quote them.

    Returns:
        {"files": [NewFile], "preset", "pages", "rests_on"}; pictures are named page-001.png and so on, `rests_on` are the hashes
        of `audit.report.facts.rests_on`. The same run, policy, reviews and
        look give the same bytes, which are kept once.

    Raises:
        UnknownName: no such run, preset, format or language.
        ReportError: the logo or colour cannot be used.
        DiskError: there is no room for what is made on the way.
    """
    for name in formats:
        if name not in FORMATS:
            raise UnknownName("report format", name, FORMATS)
    brand = make_brand(organisation, logo, accent, store=store)
    with speaking(language):  # whoever asks for it may speak another
        laid = lay_out_within(store, run_id, preset, brand, language, pdf="pdf" in formats, texts=texts, notes=notes)
        made = [NewFile(name, data) for name, data in _contents(laid, formats, preview).items()]
        if "csv" in formats:
            made.append(NewFile(f"{_stem(laid.report)}-csv.zip", _tables(store, laid.report)))
        if "xlsx" in formats:
            made.append(NewFile(f"{_stem(laid.report)}.xlsx", _workbook(store, laid.report)))
    pages = sum(file.name.startswith("page-") for file in made)
    run = laid.report.run
    hashes = {"results": run.result_hash or "", "policy": run.policy_hash, "reviews": run.reviews_hash}
    return {"files": made, "preset": preset, "pages": pages, "rests_on": hashes}


def lay_out_within(
    store: Store,
    run_id: str,
    preset: Preset,
    brand: Brand,
    language: str = "en",
    *,
    pdf: bool = True,
    texts: bool = True,
    notes: bool = False,
) -> Laid:
    """Build and lay out a report; the executive one with less and less until it fits 4 pages."""
    from audit.report.layout import lay_out
    from audit.report.pdf import render_both

    report = build_report(store, run_id, preset, language=language, notes=notes)
    report = report if texts else without_texts(report)
    steps: Sequence[Caps] = EXECUTIVE if preset == "executive" else (CAPS[preset],)
    for number, caps in enumerate(steps, start=1):
        document = lay_out(report, brand, caps)
        if preset != "executive" and not pdf:
            return Laid(report, document, None, ())
        made, pages = render_both(document, ppi=PREVIEW_PPI)
        if preset != "executive" or number == len(steps) or len(pages) <= EXECUTIVE_PAGES:
            break
    return Laid(report, document, made if pdf else None, tuple(pages) if pdf else ())


def report_files(store: Store, run_id: str, preset: Preset = "full", *, texts: bool = True) -> dict[str, bytes]:
    """The PDF and the JSON of a run's report, by their names in a bundle."""
    from audit.report.json_file import render_json

    laid = lay_out_within(store, run_id, preset, make_brand(store=store), texts=texts)
    stem = f"report/{_stem(laid.report)}"
    return {f"{stem}.pdf": laid.pdf or b"", f"{stem}.json": render_json(laid.report).encode()}


def page_of(laid: Laid) -> str:
    """The HTML page, under 5 MB: with fewer examples where it must be."""
    from audit.report.html import render_html
    from audit.report.layout import lay_out

    text = render_html(laid.document)
    if len(text.encode()) <= HTML_BYTES:
        return text
    caps = CAPS[laid.report.preset]
    for share in (2, 4, 8, 16, 64):
        less = replace(caps, text=max(200, caps.text // share), excerpt=max(80, caps.excerpt // share))
        text = render_html(lay_out(_fewer(laid.report, share), laid.document.brand, less))
        if len(text.encode()) <= HTML_BYTES:
            return text
    raise ReportError("The HTML page does not fit 5 MB; make the full or executive preset, or the PDF.")


def _fewer(report: Report, share: int) -> Report:
    """The report with one in `share` of its examples."""
    told: dict[str, Any] = {
        name: tuple(_shorter(one, share) for one in getattr(report, name)) for name in report_facts()
    }
    told["heatmaps"] = report.heatmaps[::share]
    told["wrong_rows"] = report.wrong_rows[: len(report.wrong_rows) // share]
    return replace(report, **told)


def _shorter(told: Any, share: int) -> Any:
    examples = getattr(told, "examples", ())
    return replace(told, examples=examples[: max(1, len(examples) // share)]) if examples else told


def _contents(laid: Laid, formats: Sequence[str], preview: bool) -> Mapping[str, bytes]:
    from audit.report.json_file import render_json

    stem, made = _stem(laid.report), {}
    if laid.pdf is not None:
        made[f"{stem}.pdf"] = laid.pdf
    if "html" in formats:
        made[f"{stem}.html"] = page_of(laid).encode()
    if "json" in formats:
        made[f"{stem}.json"] = render_json(laid.report).encode()
    if preview:
        made |= {f"page-{n:03d}.png": page for n, page in enumerate(laid.pages[:PREVIEW_PAGES], start=1)}
    return made


def _stem(report: Report) -> str:
    return f"assay-{report.run.id}-{report.preset}" + ("" if report.texts else "-no-texts")


def _tables(store: Store, report: Report) -> bytes:
    """The CSV files as one zip."""
    from audit.report.csv_files import write_csv

    with TemporaryDirectory() as folder:
        (path,) = write_csv(store, report, Path(folder) / "tables.zip")
        return path.read_bytes()


def _workbook(store: Store, report: Report) -> bytes:
    """The tables of the CSV files as the sheets of one workbook."""
    from audit.report.csv_files import tables

    out = io.BytesIO()
    write_book(out, ((name.removesuffix(".csv"), rows) for name, rows in tables(store, report)))
    return out.getvalue()
