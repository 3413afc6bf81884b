"""What can go wrong in an audit.

AuditError
├── InputError            bad input from the user: exit status 2 in the terminal
│   ├── TableError        faults of a CSV, Excel, Parquet or JSONL file, all of them at once
│   ├── SpecError         faults of an AuditSpec or a policy
│   └── UnknownName       no probe, recipe, method, run ... of that name; lists the choices
├── Forbidden             whoever asks may not do that, or not there
├── ProbeUnavailable      the model lacks a capability, or a resource is missing
├── ResourceError         a resource cannot be found, fetched or built
├── StoreError            the database cannot be reached, is full or too new
│   ├── DatabaseLocked    another process held it too long
│   └── FilesError        the place of files cannot be reached, or lacks a file
├── RunError              a run cannot be started, resumed or cancelled
└── ReportError           a report or bundle cannot be made, read or verified

Every message is one sentence that says what was wrong, where, what is allowed, and what to do.
Errors about a classifier are `models.errors.ModelError`; the terminal prints both the same way.
"""

from collections.abc import Sequence

from models.errors import ModelError
from models.names import short
from models.translating import tr_later


class AuditError(Exception):
    """Base of everything `audit` raises on purpose; the message is meant for the user."""


class InputError(AuditError):
    """The user's input cannot be used as it is."""


class TableError(InputError):
    """A table has faults; `faults` holds one sentence per fault, in file order, one for all rows of an unknown label."""

    def __init__(self, message: str, faults: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class SpecError(InputError):
    """An AuditSpec or a policy cannot be used."""


class UnknownName(InputError):
    """A name that is not on offer. Without `choices` nothing is said of what else there is."""

    def __init__(self, kind: str, name: str, choices: Sequence[str]) -> None:
        offered, name = ", ".join(sorted(choices)), short(name)
        plain = tr_later(f"There is no {kind} named '{name}'.")
        listed = tr_later(f"There is no {kind} named '{name}'; choose from: {offered}.")
        super().__init__(listed if choices else plain)
        self.choices = tuple(sorted(choices))


class AmbiguousName(UnknownName):
    """The beginning of several names, of which nobody says which is meant."""

    def __init__(self, kind: str, name: str, choices: Sequence[str]) -> None:
        super().__init__(kind, name, choices)
        offered, name = ", ".join(self.choices), short(name)
        self.args = (
            tr_later(f"{len(choices):,} {kind}s begin with '{name}': {offered}; say more of the one you mean."),
        )


class Forbidden(AuditError):
    """Whoever asks may not do that."""


class ProbeUnavailable(AuditError):
    """A probe cannot run on this model or without this resource; the message says what would help."""


class ResourceError(AuditError):
    """A resource (WordNet, word vectors ...) cannot be found, fetched or built."""


class StoreError(AuditError):
    """The database cannot be used."""


class DatabaseLocked(StoreError):
    """Another process held the database for longer than a writer waits."""


class FilesError(StoreError):
    """The place of files cannot be reached, or does not have a file that it should have."""


class RunError(AuditError):
    """A run cannot do what was asked."""


class ReportError(AuditError):
    """A report or a bundle cannot be made, read or verified."""


def in_words(error: BaseException, *, quoted: bool = True) -> str:
    """What an error says to people: one of ours its sentence, any other one that it was not foreseen, and where more is said.

    The name of its class and the places it came through mean nothing to them: those are for the log.

    Args:
        error: what was raised.
        quoted: whether to say besides what another's error says, which may quote a row.
    """
    if isinstance(error, AuditError | ModelError):
        return str(error)
    said = " ".join(str(error).split())[:500].rstrip(".") if quoted else ""
    if not said:
        return tr_later("Assay met an error that it does not know; its log says where (in logs/ of ASSAY_HOME).")
    return tr_later(f"Assay met an error that it does not know: {said}. Its log says where (in logs/ of ASSAY_HOME).")
