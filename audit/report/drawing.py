"""A `Document` as plain JSON data for the renderers: every block names its kind, narrow charts stand in pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from audit.figures.svg import svg
from audit.report.blocks import Block, Document, Figure
from audit.report.colours import paper_colours

NARROW = 0.5


def as_data(value: Any) -> Any:
    """Dataclasses as dicts with `kind`, tuples as lists, bytes as lists of numbers."""
    if isinstance(value, Figure):  # the typesetter takes its picture
        drawn = {"svg": svg(value.spec), "alt": value.alt, "caption": value.printed, "width": value.width}
        return {"kind": "Figure", **drawn}
    if is_dataclass(value) and not isinstance(value, type):
        made = {f.name: as_data(getattr(value, f.name)) for f in fields(value)}
        return {"kind": type(value).__name__, **made}
    if isinstance(value, (list, tuple)):
        return [as_data(item) for item in value]
    return list(value) if isinstance(value, bytes) else value


def document_data(document: Document) -> dict[str, Any]:
    """The whole document as JSON data, with the colours it is drawn in."""
    data: dict[str, Any] = as_data(document)
    _pair(data["sections"])
    return data | {"palette": paper_colours()}


def pairs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks one by one, neighbouring narrow charts two by two."""
    made: list[list[Block]] = []
    for block in blocks:
        narrow = isinstance(block, Figure) and block.width <= NARROW
        last = made[-1] if made else []
        if narrow and len(last) == 1 and isinstance(last[0], Figure) and last[0].width <= NARROW:
            last.append(block)
        else:
            made.append([block])
    return made


def _pair(sections: list[dict[str, Any]]) -> None:
    for section in sections:
        made: list[dict[str, Any]] = []
        for block in section["blocks"]:
            narrow = block["kind"] == "Figure" and block["width"] <= NARROW
            if narrow and made and made[-1]["kind"] == "Figures" and len(made[-1]["figures"]) == 1:
                made[-1]["figures"].append(block)
            else:
                made.append({"kind": "Figures", "figures": [block]} if narrow else block)
        section["blocks"] = made
        _pair(section["sections"])
