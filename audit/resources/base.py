"""What a resource is: found where it already lies, else fetched or built once into `ASSAY_CACHE`, under a lock."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

from audit.errors import ResourceError
from audit.language.translating import tr_later
from models.disk import scarce, sentence
from models.errors import DiskError
from models.places import cache
from models.writing import to_disk, told

Progress = Callable[[str], None]
"""Called with one line of text about what is being done."""

CARD = "resource.json"


@dataclass(frozen=True, slots=True)
class Found:
    """A resource that is here.

    Attributes:
        name: which resource (`wordnet`).
        variant: which one of its kind (`nltk`, `debian-3.0`, `minilm-counter-fitted`).
        path: a folder or file; what it holds is the resource's own business.
        stand_in: it is not what the published recipes use, so outcomes name it (`AttackOutcome.stand_ins`).
        version: the version its makers gave it, or of our way of building it.
        licence: its licence.
        sha256: of its files, hex.
        note: one line about quality, size or place.
    """

    name: str
    variant: str
    path: Path
    stand_in: bool
    version: str
    licence: str
    sha256: str
    note: str = ""

    @property
    def stamp(self) -> str:
        """What an outcome records: variant, version and the first 12 digits of the hash."""
        return f"{self.variant} {self.version} sha256:{self.sha256[:12]}"


class Resource(ABC):
    """One thing recipes want besides the model. `locate` never writes and never uses the network."""

    name: ClassVar[str]
    title: ClassVar[str]
    wanted_by: ClassVar[str]
    official: ClassVar[str]
    otherwise: ClassVar[str]
    standard: ClassVar[bool] = False

    @abstractmethod
    def locate(self) -> Found | None:
        """The resource as it lies here, the published one before a stand-in; None when absent."""

    @abstractmethod
    def provide(self, progress: Progress, *, standard: bool) -> Found:
        """Fetch or build it into the cache. `standard` keeps to the ways that give the same result everywhere.

        Raises:
            ResourceError: neither the official download nor the other way works here; says what is missing.
        """

    def get(self, progress: Progress, *, standard: bool = False) -> Found:
        """Find it, or provide it while holding its lock, so that two processes at once do no harm.

        Raises:
            ResourceError: it cannot be had here.
        """
        found = self.locate()
        if found is not None:
            return found
        with locked(self.name, lambda: progress(tr_later(f"waiting for another process that provides {self.name}"))):
            found = self.locate()
            return found if found is not None else self.provide(progress, standard=standard)

    def need(self) -> Found:
        """The resource, which must already be here.

        Raises:
            ResourceError: it is absent; names the command that gets it.
        """
        found = self.locate()
        if found is None:
            raise ResourceError(
                f"The resource '{self.name}' ({self.title}) is not here; get it with: "
                f"python -m audit resources get {self.name}."
            )
        return found


def folder() -> Path:
    """Where provisioned resources lie: `ASSAY_CACHE`/resources."""
    place = cache() / "resources"
    place.mkdir(mode=0o700, exist_ok=True)
    return place


@contextmanager
def locked(name: str, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of one resource, calling `waiting` if it is taken; freed by the system when a process dies."""
    from filelock import FileLock, Timeout

    lock = FileLock(str(folder() / f".{name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def fresh_folder(name: str) -> Iterator[Path]:
    """A scratch folder beside the final place; kept only if `install` moves it, so half-made resources never count.

    Raises:
        DiskError: the disk refuses what is written there.
    """
    with told(folder()):
        scratch = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder()))
    try:
        with told(folder()):
            yield scratch
    except ResourceError as error:
        if scarce(scratch):  # programs that fetch for us do not say so
            raise DiskError(sentence(errno.ENOSPC, folder())) from error
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def install(scratch: Path, found: Found) -> Found:
    """Write the card and move a finished scratch folder to `found.path` in one step."""
    data = asdict(found)
    del data["path"]
    (scratch / CARD).write_text(json.dumps(data, indent=1), encoding="utf-8")
    make_private(scratch)
    to_disk(scratch)
    if found.path.exists():
        shutil.rmtree(found.path)
    os.replace(scratch, found.path)
    return found


def make_private(root: Path) -> None:
    """Nobody but the owner may write: NLTK 3.10 refuses data that others could have changed."""
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def installed(name: str, variant: str) -> Found | None:
    """What `install` left under this name and variant, if it did."""
    place = folder() / f"{name}-{variant}"
    card = place / CARD
    if not card.is_file():
        return None
    return Found(path=place, **json.loads(card.read_text(encoding="utf-8")))


def file_hash(*paths: Path) -> str:
    """sha256 over the bytes of the files, in the order given, hex."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def tree_hash(root: Path) -> str:
    """sha256 over every file below `root` but the card, in the order of their names, hex."""
    return file_hash(*(path for path in sorted(root.rglob("*")) if path.is_file() and path.name != CARD))
