"""Files at an URL that fsspec knows: an object store, another machine's disk, or the memory of this process."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from audit.errors import FilesError
from audit.language.translating import tr
from audit.store.place import SHA256, checked, missing
from models.disk import disk_error
from models.names import first_line
from models.writing import WholeFile

WHOLE = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oci", "oss", "memory"})
"""Protocols whose files are there whole or not at all; elsewhere a file is written under another name first."""

OTHERWISE = {"smbclient": "smbprotocol", "webdav4": "webdav4[fsspec]"}
"""Packages whose name to install is not the one to import."""


class RemotePlace:
    """`URL/ab/abcdef...`, through the fsspec file system of the URL's protocol."""

    def __init__(self, url: str, staging: Path) -> None:
        """Find the file system; nothing is asked of it yet.

        Args:
            url: with its protocol; keys and other options are fsspec's own (its environment and files of settings).
            staging: where files are made before they are sent.

        Raises:
            FilesError: nobody knows the protocol, the package for it is missing, or the URL is not right for it.
        """
        self.shown, self.staging = without_secrets(url), staging
        self._protocol = url.partition("://")[0]
        self._fs, self._root = _file_system(url, self._protocol, self.shown)

    def take(self, made: WholeFile, sha256: str) -> None:
        """See `Place`.

        Raises:
            FilesError: the place cannot be reached or refuses.
        """
        path = self._path(sha256)
        into = path if self._protocol in WHOLE else f"{path}.{secrets.token_hex(4)}.part"
        size = made.part.stat().st_size
        try:
            with self._asked():
                self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
                self._fs.put_file(str(made.part), into)
                if into != path:
                    self._fs.mv(into, path)
                self._fs.invalidate_cache()
                if self._fs.info(path)["size"] != size:
                    raise OSError("what was written there is not whole")
        finally:
            made.drop()
            if into != path:
                with suppress(Exception):
                    self._fs.rm_file(into)

    def open(self, sha256: str) -> BinaryIO:
        """See `Place`.

        Raises:
            FilesError: it is not there, or the place cannot be reached.
        """
        with self._asked(sha256):
            return cast("BinaryIO", self._fs.open(self._path(sha256), "rb"))

    def there(self, sha256: str) -> bool:
        """See `Place`.

        Raises:
            FilesError: the place cannot be reached.
        """
        with self._asked():
            self._fs.invalidate_cache()
            return bool(self._fs.exists(self._path(sha256)))

    def lies_at(self, sha256: str) -> Path | None:
        """See `Place`: nowhere on this machine."""
        del sha256
        return None

    def remove(self, sha256: str) -> None:
        """See `Place`.

        Raises:
            FilesError: the place cannot be reached or refuses.
        """
        with self._asked(), suppress(FileNotFoundError):
            self._fs.rm_file(self._path(sha256))

    def listed(self) -> Iterator[str]:
        """See `Place`.

        Raises:
            FilesError: the place cannot be reached.
        """
        with self._asked():
            self._fs.invalidate_cache()
            found = self._fs.find(self._root) if self._fs.exists(self._root) else []
        yield from (name for name in sorted(path.rpartition("/")[2] for path in found) if SHA256.fullmatch(name))

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{checked(sha256)[:2]}/{sha256}"

    @contextmanager
    def _asked(self, sha256: str | None = None) -> Iterator[None]:
        """Whatever the file system raises becomes a sentence."""
        try:
            yield
        except FilesError:
            raise
        except Exception as error:
            if isinstance(error, FileNotFoundError) and sha256 is not None:
                raise missing(sha256, self.shown) from None
            full = disk_error(error, self.shown)
            why = str(full).partition(": ")[2] if full is not None else f"{without_secrets(first_line(error))}."
            raise FilesError(
                tr("The files at {place} cannot be reached: {why} See ASSAY_FILES_URL.", place=self.shown, why=why)
            ) from error


def without_secrets(text: str) -> str:
    """An URL without the user, password and query in it."""
    return re.sub(r"\?[^\s'\"]*", "", re.sub(r"(?<=://)[^/@\s]*@", "", text))


def _file_system(url: str, protocol: str, shown: str) -> tuple[Any, str]:
    import fsspec
    from fsspec.registry import known_implementations, registry

    known = known_implementations.get(protocol)
    if known is None and protocol not in registry:
        raise FilesError(
            tr(
                "ASSAY_FILES_URL is {url}, and nobody knows the protocol '{protocol}'; file, s3, gs, abfs and sftp are some of "
                "those that fsspec knows.",
                url=shown, protocol=protocol,
            )
        )  # fmt: skip
    try:
        found, root = fsspec.core.url_to_fs(url)
    except ImportError as error:
        package = _package(known, error)
        raise FilesError(
            tr(
                "ASSAY_FILES_URL is {url}, and the protocol '{protocol}' needs the Python package {package}; install it with: "
                "pip install {package}.",
                url=shown, protocol=protocol, package=package,
            )
        ) from None  # fmt: skip
    except Exception as error:
        raise FilesError(
            tr(
                "ASSAY_FILES_URL is {url}, which is no place for files ({why}).",
                url=shown, why=without_secrets(first_line(error)),
            )
        ) from None  # fmt: skip
    return found, str(root).rstrip("/")


def _package(known: Any, error: ImportError) -> str:
    """The package that a protocol needs: the one that its class is in, else what could not be imported."""
    module = str((known or {}).get("class", "fsspec")).partition(".")[0]
    absent = getattr(error.__cause__, "name", None) or getattr(error, "name", None)
    name = module if module != "fsspec" else str(absent or "fsspec").partition(".")[0]
    return OTHERWISE.get(name, name.replace("_", "-"))
