"""The tables that can be audited, as lists show them: uploads first, then samples that are not uploaded already."""

from __future__ import annotations

from audit.errors import TableError
from audit.language.translating import tr, tr_n
from audit.spec import TableSpec
from audit.stored import Upload
from dashboard.forms.pairing import Candidate
from dashboard.forms.samples import samples
from dashboard.forms.table_check import Target, checked, spec_of
from dashboard.page.state import store
from dashboard.page.text import one_line


def listed_tables() -> dict[str, tuple[str, Candidate]]:
    """Key (of an upload its hash, of a sample its path) -> what the list shows, and the table."""
    uploads = store().uploads()
    found = {upload.sha256: (_listed(upload), _of_upload(upload)) for upload in uploads}
    known = {upload.name for upload in uploads}
    for sample in samples():
        if sample.path.name not in known:
            listed = tr("Sample: {name} (fits {model})", name=tr(sample.title), model=sample.model)
            spec = TableSpec(path=str(sample.path))
            found[str(sample.path)] = (listed, _looked_at(spec, sample.model))
    return found


def _of_upload(upload: Upload) -> Candidate:
    spec, summary = spec_of(upload), upload.summary
    meant = str(upload.options.get("model") or "")
    if "rows" not in summary:  # nobody has looked at it yet
        return _looked_at(spec, meant)
    labels = dict(summary.get("labels") or {})
    languages = dict(summary.get("languages") or {})
    return Candidate(spec, labels, rows=bool(summary["rows"] or labels), meant=meant, languages=languages)


def _looked_at(spec: TableSpec, meant: str) -> Candidate:
    try:
        found = checked(spec, Target())
    except TableError:
        return Candidate(spec, {}, meant=meant)
    return Candidate(spec, found["typed"], meant=meant, languages=(found.get("profile") or {}).get("languages", {}))


def _listed(upload: Upload) -> str:
    name = one_line(upload.name, 60)
    if "rows" not in upload.summary:
        return name
    return tr_n("{name} ({n} row)", "{name} ({n} rows)", int(upload.summary["rows"]), name=name)
