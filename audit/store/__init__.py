"""What is kept: runs, records, scores, findings, reviews, uploads, jobs. The only SQL of Assay.

Pages and reports start here: `open_store()` gives a `Store`, whose methods return the views of `audit.stored`,
the records of `audit.records`, or DataFrames with the columns their docstrings name. Nothing here loads torch.
"""

from audit.errors import DatabaseLocked, FilesError
from audit.events import Event, NewEvent
from audit.store.database import DiskFull, database_url
from audit.store.results import RECORD_COLUMNS
from audit.store.runs import RUN_COLUMNS
from audit.store.store import Store, close_stores, open_store
from audit.stored import (
    ACTIVE,
    ENDED,
    Job,
    NewFile,
    NewRun,
    Note,
    ProbeProgress,
    Progress,
    RecordFilter,
    Review,
    Run,
    RunProbe,
    Shard,
    StoredPolicy,
    Upload,
    Worker,
)

__all__ = [
    "ACTIVE",
    "ENDED",
    "RECORD_COLUMNS",
    "RUN_COLUMNS",
    "DatabaseLocked",
    "DiskFull",
    "Event",
    "FilesError",
    "Job",
    "NewEvent",
    "NewFile",
    "NewRun",
    "Note",
    "ProbeProgress",
    "Progress",
    "RecordFilter",
    "Review",
    "Run",
    "RunProbe",
    "Shard",
    "Store",
    "StoredPolicy",
    "Upload",
    "Worker",
    "close_stores",
    "database_url",
    "open_store",
]
