"""Files as a store keeps them, and a file system of which little is known."""

from hashlib import sha256
from typing import ClassVar

import fsspec
from fsspec.implementations.memory import MemoryFileSystem

from audit.store import NewFile

DATA = b"text\nhello\n"
HASH = sha256(DATA).hexdigest()


class Elsewhere(MemoryFileSystem):
    """A file system of which nobody knows whether its files are there whole or not at all."""

    protocol = "elsewhere"
    store: ClassVar[dict] = {}
    pseudo_dirs: ClassVar[list] = [""]

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(path.replace("elsewhere://", "memory://"))


fsspec.register_implementation("elsewhere", Elsewhere, clobber=True)


def names(store):
    return list(store.files.listed())


def keep(store, name, data):
    return store.add_job("report", None, {}, result={}, files=[NewFile(name, data)])
