"""Reading as somebody: the only way in which pages and commands come to what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from audit.actions.doing import permit
from audit.actions.scope import Closed, closed
from audit.actor import Actor, Role
from audit.errors import UnknownName
from audit.events import Event
from audit.run import client
from audit.store import Store, open_store
from audit.store.base import Base
from audit.store.erasing import is_run_id
from audit.store.files import files_url
from audit.store.only_read import OnlyRead, OnlyReadFiles
from audit.stored import Run
from models import catalog
from models.card import read_card
from models.entry import CatalogEntry
from models.known_languages import Known
from models.task import Task
from models.typed_paths import typed_path


class Reader(Store):
    """What is stored, as far as `actor` may read it; nothing can be written through it.

    It has the queries of the store that `audit.actions.scope` names, and what is asked by others is a TypeError. Those who lay
    out projects narrow them here, for everything that reads at once.
    """

    def __init__(self, actor: Actor) -> None:
        """Read for somebody.

        Raises:
            TypeError: for nobody.
            Forbidden: they may not read here.
            StoreError: the database cannot be used.
        """
        permit(actor, Role.READER)
        self.actor = actor
        opened = open_store()
        self.version = opened.version
        Base.__init__(self, OnlyRead(opened.database))

    @property
    def files(self) -> OnlyReadFiles:
        """See `Store.files`; none is taken in or removed through it."""
        return OnlyReadFiles(super().files)

    @property
    def local_database(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.database.url.startswith("sqlite")

    @property
    def shared_files(self) -> bool:
        """Whether files are kept where several machines reach them."""
        return files_url() is not None

    @property
    def worker_alive(self) -> bool:
        """Whether any worker has given a sign of life within the last 15 seconds."""
        return any(worker.alive for worker in self.workers())

    def catalog(self) -> tuple[CatalogEntry, ...]:
        """All models, bundled ones first."""
        return catalog.entries()

    def model(self, name: str) -> CatalogEntry | None:
        """The model of that name, bundled or registered; None for any other."""
        return catalog.find(name)

    def card_of(self, name: str) -> Mapping[str, Any]:
        """The card of a model by its name or folder; empty where there is none."""
        entry = catalog.find(name)
        return entry.card if entry is not None else read_card(typed_path(name))

    def task_of(self, name: str, labels: Sequence[str] | None = None) -> Task | None:
        """What the answers of a model are, as far as its files tell; see `models.catalog.task_on_disk`."""
        return catalog.task_on_disk(name, labels)

    def languages_of(self, name: str) -> Known:
        """The languages that a model knows, as far as that is kept; see `models.catalog.languages_on_disk`."""
        return catalog.languages_on_disk(name)

    def wait(self, run_id: str, *, timeout: float | None = None, poll: float = 0.5) -> Run:
        """Block until a run is paused or has ended, or `timeout` seconds have passed; return it as it then is."""
        return client.wait(run_id, timeout=timeout, poll=poll, store=self)

    def events_of(self, run_id: str, *, limit: int = 100) -> tuple[Event, ...]:
        """What was done to a run, the newest first; a run that was deleted is named by its whole id.

        Raises:
            UnknownName: no run of that id is or was here.
        """
        try:
            return self.events(run_id=self.resolve(run_id), limit=limit)
        except UnknownName:
            found = self.events(run_id=run_id, limit=limit) if is_run_id(run_id) else ()
            if not found:
                raise
            return found


for _name in closed(Store):
    setattr(Reader, _name, Closed(_name))
