"""What has to be mended before a failed run can go on: the table, its labels, the model, a resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.errors import AuditError, UnknownName
from audit.language.translating import tr
from audit.spec import TableSpec
from audit.stored import Run, Upload
from dashboard.forms.table_check import checked, fitting, spec_of
from dashboard.page.state import store
from dashboard.run.fit import target_of
from models.label_file import unnamed

RESOURCE = "audit resources get"
"""What an error says whose remedy is a resource."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Where something can be mended: a page with its query, and what its button says. `then` says how it goes on."""

    page: str
    query: Mapping[str, str]
    label: str
    icon: str
    then: str = ""


def remedy(run: Run) -> Remedy | None:
    """What mends a failed run; None where nothing is known to stand against going on with it."""
    if run.status != "failed" or run.imported:
        return None
    entry = store().model(run.model)
    if entry is not None and entry.missing:
        return Remedy("models", {"model": run.model}, tr("Look at the model"), "deployed_code")
    if RESOURCE in (run.error or ""):
        return Remedy("settings", {}, tr("Get what it lacks"), "download", tr("Then it can be resumed."))
    table = TableSpec.model_validate({**dict(run.spec["table"]), "name": run.table_name})
    try:
        upload = store().upload(table.path)
        return _of_table(run, upload, table)
    except UnknownName:
        return None
    except AuditError:  # the file cannot be read: what the run says of it stands there already
        return Remedy("data", {"table": table.path}, tr("Look at the table"), "table_view")


def _of_table(run: Run, upload: Upload, table: TableSpec) -> Remedy | None:
    target = target_of(run.model)
    found = checked(table, target)
    if _works(found, table):
        return None
    now = fitting(spec_of(upload), target)
    if _works(checked(now, target), now):
        again = tr("The table is read otherwise now; a run keeps to how it was read when it began.")
        return Remedy("new_audit", {"clone": run.id}, tr("Start again as the table is read now"), "content_copy", again)
    then = tr("Then start it again with these settings.")
    if found["unmatched"] and unnamed(target.labels):
        return Remedy(
            "models", {"model": run.model}, tr("Name the model's labels"), "label", tr("Then it can be resumed.")
        )
    if found["unmatched"]:
        return Remedy("data", {"table": upload.sha256}, tr("Map its labels"), "swap_horiz", then)
    return Remedy("data", {"table": upload.sha256}, tr("Mend the table"), "table_view", then)


def _works(found: Mapping[str, Any], table: TableSpec) -> bool:
    return bool(found["rows"]) and (not found["fault_total"] or table.keep_good)
