"""Excel workbooks as other programs write them, down to their XML: stored values of formulas, errors, hidden rows, damage."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def rows_xml(rows: Sequence[Sequence[str]], first: int = 1) -> str:
    """Rows of texts, as inline texts."""
    lines = []
    for number, row in enumerate(rows, start=first):
        cells = "".join(
            f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
            for i, cell in enumerate(row)
            if cell
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return "".join(lines)


def sheet_xml(rows: str, *, before: str = "", after: str = "") -> str:
    """A sheet whose rows are given as XML."""
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def write_workbook(
    path: Path,
    sheets: Mapping[str, str],
    *,
    strings: Sequence[str] = (),
    styles: str | None = None,
    states: Mapping[str, str] | None = None,
    properties: str = "",
    more: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a workbook.

    Args:
        path: where.
        sheets: name -> the XML of its part, in the order of the tabs.
        strings: the XML within each `<si>`; styles: the part with the formats.
        states: name of a sheet -> `hidden`; properties: what stands before the sheets in the workbook's part.
        more: further parts of the file.
    """
    relations = [(f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
    relations += [("rIdS", "sharedStrings", "sharedStrings.xml")] * bool(strings)
    relations += [("rIdF", "styles", "styles.xml")] * (styles is not None)
    tabs = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" state="{(states or {}).get(name, "visible")}" r:id="rId{i}"/>'
        for i, name in enumerate(sheets, start=1)
    )
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": _related([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>{tabs}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _related(relations),
    }
    parts |= {f"xl/worksheets/sheet{i}.xml": xml for i, xml in enumerate(sheets.values(), start=1)}
    if strings:
        parts["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{MAIN}">{"".join(f"<si>{s}</si>" for s in strings)}</sst>'
    if styles is not None:
        parts["xl/styles.xml"] = styles
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
        for name, data in (more or {}).items():
            archive.writestr(name, data)
    return path


def styles_xml(*codes: str) -> str:
    """Formats of numbers: style k of a cell is the k-th of them, counted from 1; 0 is the plain one."""
    formats = "".join(f'<numFmt numFmtId="{164 + i}" formatCode={quoteattr(code)}/>' for i, code in enumerate(codes))
    used = "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(codes)))
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )


def _related(relations: Sequence[tuple[str, str, str]]) -> str:
    inside = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in relations)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'
