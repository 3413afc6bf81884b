"""Writing files and folders so that they are whole or not there, and a full disk leaves nothing in the way of a retry.

Everything is made under a hidden name beside its place, brought to the disk, and takes its name in one step. When that
fails, what was made is removed and a `DiskError` says why; signals wait for those few moments.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from models.disk import disk_error, named
from models.places import within_home
from models.signals import held

ENDING = ".part"
_PART = re.compile(rf"\..*\.([0-9]{{1,9}})-[0-9a-f]+{re.escape(ENDING)}", re.DOTALL)


class WholeFile:
    """A file that is being made: write to `part`, then `keep` or `drop` it. `whole_file` does both by itself."""

    def __init__(self, path: Path, *, private: bool = False, replace: bool = True) -> None:
        """Make the empty hidden file.

        Args:
            path: where the file is to be; its folder is made where it is missing.
            private: readable by its owner only, as every file of the data folder is.
            replace: whether a file that is there by then gives way.

        Raises:
            DiskError: the disk refuses.
        """
        private = private or within_home(path)
        self.path, self._replace = path, replace
        self.part = _hidden(path)
        try:
            with told(path), held():
                make_folder(path.parent, 0o700 if private else 0o777)
                os.close(os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666))
        except BaseException:  # a signal that came meanwhile is heard at the end of `held`
            self.drop()
            raise

    def keep(self) -> None:
        """Bring what was written to the disk and give it its name.

        Raises:
            DiskError: the disk refuses; the hidden file is removed.
        """
        with held():
            try:
                with told(self.path):
                    to_disk(self.part)
                    if self._replace:
                        os.replace(self.part, self.path)
                    else:
                        with contextlib.suppress(FileExistsError):
                            os.link(self.part, self.path)
                    _to_disk(self.path.parent)
            finally:
                self.drop()

    def drop(self) -> None:
        """Remove the hidden file, if it is there."""
        with held(), contextlib.suppress(OSError):
            self.part.unlink(missing_ok=True)


def make_folder(folder: Path, mode: int) -> None:
    """A folder and those it lies in, where they are missing, all of this mode: `mkdir` gives it to the last alone."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=mode, exist_ok=True)
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)  # says what stands in the way


@contextlib.contextmanager
def whole_file(path: Path, *, private: bool = False, replace: bool = True) -> Iterator[Path]:
    """Give an empty file to write to, which takes its name when the block ends well and is removed otherwise.

    Raises:
        DiskError: the disk refuses, in the block or at its end.
    """
    made = WholeFile(path, private=private, replace=replace)
    try:
        with told(path):
            yield made.part
        made.keep()
    finally:
        made.drop()


def write_whole(path: Path, data: bytes | str, *, private: bool = False) -> None:
    """Write a file of known content, text as UTF-8.

    Raises:
        DiskError: the disk refuses; what was there before is still there.
    """
    with whole_file(path, private=private) as part:
        part.write_bytes(data.encode() if isinstance(data, str) else data)


@contextlib.contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a folder to fill, which becomes `path` when the block ends well and is removed otherwise.

    Args:
        path: is not there yet, or is an empty folder; what is made then is put into it.

    Raises:
        DiskError: the disk refuses, in the block or at its end.
    """
    inside = path.is_dir()
    part = _hidden(path / path.name) if inside else _hidden(path)
    try:
        with told(path):
            part.mkdir(parents=True)
            yield part
            with held():
                to_disk(part)
                if inside:
                    _remove_left(path)
                    for one in sorted(part.iterdir()):
                        os.replace(one, path / one.name)
                else:
                    os.replace(part, path)
                _to_disk(path.parent)
    finally:
        with held():
            shutil.rmtree(part, ignore_errors=True)


def is_free(path: Path) -> bool:
    """Whether a folder can be made here: nothing is there, or a folder without anything but what a killed process left."""
    return not path.exists() or (path.is_dir() and all(map(_is_left, path.iterdir())))


def _is_left(path: Path) -> bool:
    """Whether this is half of something, and whoever made it has ended."""
    import psutil  # type: ignore[import-untyped]

    found = _PART.fullmatch(path.name)
    return found is not None and not psutil.pid_exists(int(found[1]))


def _remove_left(folder: Path) -> None:
    for one in filter(_is_left, list(folder.iterdir())):
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)


def check_place(path: Path) -> None:
    """Make and remove a small file in the place of what will be written much later, so that a refusal is known at once.

    Raises:
        DiskError: the disk refuses.
    """
    above = next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.is_dir())
    with told(path):
        made = WholeFile(above / path.name)
    try:
        with told(path):
            made.part.write_bytes(bytes(4096))
            to_disk(made.part)
    finally:
        made.drop()


def to_disk(path: Path) -> None:
    """Have the system write out a file, or every file of a folder: only then is it known that the disk took them.

    Raises:
        OSError: it did not.
    """
    for one in (path, *sorted(path.rglob("*"))):
        if one.is_file():
            _to_disk(one)


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Errors of the disk in the block become the sentence about `path`.

    Raises:
        DiskError: there was one.
    """
    try:
        yield
    except Exception as error:
        other = named(error)  # a file that is read in the block, say; ours has a name nobody knows
        refusal = disk_error(error, other if other and ENDING not in other else path)
        if refusal is None or refusal is error:
            raise
        raise refusal from error


def _hidden(path: Path) -> Path:
    return path.with_name(f".{path.name[:100]}.{os.getpid()}-{secrets.token_hex(2)}{ENDING}")


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if disk_error(error, path) is not None:  # a file system that cannot do this has said no more than that
            raise
    finally:
        os.close(handle)
