"""What the store gives back: frozen views of stored rows, and the names of states. Whoever reads results needs no more."""

from audit.stored.files import Job, NewFile, Upload
from audit.stored.filtering import RecordFilter
from audit.stored.kept import KeptBrand, PictureKind, StoredPolicy, StoredSlice, StoredSuite
from audit.stored.people import OF_ATTACKS, OF_LABELS, About, Note, Review
from audit.stored.progress import ProbeProgress, Progress, Shard
from audit.stored.runs import ACTIVE, ENDED, OWN, DeletedRun, NewRun, Run, RunProbe, RunStatus, Wanted
from audit.stored.workers import Waiting, Worker

__all__ = [
    "ACTIVE",
    "ENDED",
    "OF_ATTACKS",
    "OF_LABELS",
    "OWN",
    "About",
    "DeletedRun",
    "Job",
    "KeptBrand",
    "NewFile",
    "NewRun",
    "Note",
    "PictureKind",
    "ProbeProgress",
    "Progress",
    "RecordFilter",
    "Review",
    "Run",
    "RunProbe",
    "RunStatus",
    "Shard",
    "StoredPolicy",
    "StoredSlice",
    "StoredSuite",
    "Upload",
    "Waiting",
    "Wanted",
    "Worker",
]
