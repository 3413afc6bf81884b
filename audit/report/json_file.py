"""A `Report` as JSON, and the schema that documents it (`assets/report/report.schema.json`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from audit.errors import ReportError
from audit.old_forms import read_finding, read_report, read_score
from audit.records import from_dict, to_dict
from audit.report.model import SCHEMA_VERSION, Report
from audit.report.pdf import TEMPLATES
from audit.scored import BESIDE, worded
from audit.strict_json import dumps, loads

SCHEMA = TEMPLATES / "report.schema.json"


def render_json(report: Report) -> str:
    """The report's JSON text: sorted keys, floats at six digits; the same report in the same language gives the same text."""
    data = to_dict(report)
    data["scores"] = [worded(score) for score in report.scores]
    data["findings"] = [worded(finding) for finding in report.findings]
    return dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_json(path: Path) -> Report:
    """Read a report's JSON file back.

    Raises:
        ReportError: it cannot be read, or is of another schema.
    """
    try:
        data = loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(f"{path} is no JSON report ({error}).") from None
    if not isinstance(data, dict) or data.get("schema") not in range(1, SCHEMA_VERSION + 1):
        raise ReportError(f"{path} is no report of schema {SCHEMA_VERSION}.")
    labels = data["run"]["labels"]
    scores = [read_score(score, labels) for score in data["scores"]]
    findings = [read_finding(finding, labels) for finding in data["findings"]]
    return from_dict(Report, {**read_report(data), "schema": SCHEMA_VERSION, "scores": scores, "findings": findings})


def schema() -> dict[str, Any]:
    """The JSON schema of `render_json`'s text, made from the classes."""
    from pydantic import TypeAdapter

    made: dict[str, Any] = TypeAdapter(Report).json_schema()
    for record, names in (("Score", ("note",)), ("Finding", BESIDE)):  # beside the keys, see `render_json`
        told = made["$defs"][record]
        told["properties"] |= {name: {"title": name, "type": "string"} for name in names}
        told["required"] = [*told["required"], *names]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Assay report, schema {SCHEMA_VERSION}",
        "description": Report.__doc__ or "",
    }
    return {**made, **head}


def schema_text() -> str:
    """The text of `SCHEMA`; a test holds the file against it."""
    return json.dumps(schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
