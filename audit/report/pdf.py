"""A `Document` as PDF (PDF/UA-1: tagged, with outline and alternative texts), or as pictures of its pages, by Typst."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audit.errors import ReportError
from audit.language.printable import FONTS
from audit.language.translating import tr_later
from audit.report.blocks import Document
from audit.report.drawing import document_data
from audit.strict_json import dumps
from models.places import ASSETS

TEMPLATES = ASSETS / "report"
TEMPLATE = "report.typ"
SECONDS = 600.0
"""Longer than any report takes; a guard, not a budget."""
PDF = {"format": "pdf", "pdf_standards": ["ua-1"]}


def render_both(document: Document, *, ppi: float) -> tuple[bytes, list[bytes]]:
    """The PDF, whose bytes are the same for the same document on any day, and a PNG picture of each of its pages; set once.

    Raises:
        ReportError: Typst cannot set it (a logo that is no picture, say).
    """
    pdf, pages = typeset(TEMPLATE, document_data(document), PDF, {"format": "png", "ppi": ppi})
    return pdf[0], pages


def typeset(template: str, data: Mapping[str, Any], *jobs: dict[str, Any]) -> list[list[bytes]]:
    """The files of each job; see `audit.report.typeset`, which runs in a process of its own.

    Args:
        template: a file of `TEMPLATES`; data: what it draws; jobs: formats, with what Typst takes for each.

    Raises:
        ReportError: Typst cannot set it.
    """
    request = {
        "template": str(TEMPLATES / template),
        "root": str(TEMPLATES),
        "fonts": str(FONTS),
        "data": dumps(data, ensure_ascii=False, separators=(",", ":")),
        "jobs": jobs,
    }
    command = [sys.executable, "-I", str(Path(__file__).with_name("typeset.py"))]
    try:
        done = subprocess.run(
            command, input=json.dumps(request).encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ReportError(f"The PDF cannot be set: the typesetter did not answer ({error}).") from None
    head, _, body = done.stdout.partition(b"\n")
    answer: dict[str, Any] = json.loads(head) if done.returncode == 0 and head else {"error": _last_line(done.stderr)}
    if "error" in answer:
        raise ReportError(f"The PDF cannot be set: {answer['error']}.")
    made: list[list[bytes]] = []
    place = 0
    for sizes in answer["sizes"]:
        parts = []
        for size in sizes:
            parts.append(body[place : place + size])
            place += size
        made.append(parts)
    return made


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else tr_later("the typesetter ended without a word")
