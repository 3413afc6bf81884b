"""Resources that NLTK reads: found on NLTK's own paths, or provided as folders in NLTK's layout."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from audit.errors import ResourceError
from audit.language.translating import tr_later
from audit.resources.base import (
    Found,
    Progress,
    Resource,
    file_hash,
    folder,
    fresh_folder,
    install,
    installed,
    tree_hash,
)
from audit.resources.download import check_files, fetch, unzip
from models.places import offline

URL = "https://raw.githubusercontent.com/nltk/nltk_data/gh-pages/packages"


Way = Callable[[Any, Path, Progress], Found]


class NltkResource(Resource):
    """A folder of NLTK data. `parts` are its folders below a data root, all of which must be there.

    `files` are those of NLTK's own download that are taken, by path below the root, each with its sha256; where it is
    empty, nothing is downloaded from there.
    """

    parts: tuple[str, ...]
    licence: str
    variants: tuple[str, ...] = ()
    files: Mapping[str, str] = MappingProxyType({})

    def locate(self) -> Found | None:
        """NLTK's own data on its usual paths, then what was provided into the cache."""
        for root in search_path():
            if all(_part_files(root, part) for part in self.parts):
                return _outside(self.name, root, self.parts, self.licence)
        for variant in ("nltk", *self.variants):
            found = installed(self.name, variant)
            if found is not None:
                return found
        return None

    def provide(self, progress: Progress, *, standard: bool) -> Found:
        """NLTK's own download, then the other way; the other way first where it gives the same data."""
        reasons = []
        for way in self.ways(standard):
            try:
                with fresh_folder(self.name) as scratch:
                    return way(self, scratch, progress)
            except ResourceError as error:
                reasons.append(str(error))
        raise ResourceError(f"The resource '{self.name}' cannot be had here: {' '.join(reasons)}")

    def ways(self, standard: bool) -> tuple[Way, ...]:
        """The functions (self, scratch, progress) -> Found that may provide it, in order."""
        del standard
        return (type(self).from_nltk,)

    def from_nltk(self, scratch: Path, progress: Progress) -> Found:
        """The official download.

        Raises:
            ResourceError: switched off by ASSAY_OFFLINE or HF_HUB_OFFLINE, or the server cannot be reached.
        """
        if offline():
            raise ResourceError("ASSAY_OFFLINE or HF_HUB_OFFLINE is set, so nothing is downloaded from NLTK.")
        for part in self.parts:
            target = scratch / part
            target.parent.mkdir(parents=True, exist_ok=True)
            archive = fetch(f"{URL}/{part}.zip", progress, sha256=None)
            unzip(archive, target.parent)
            archive.unlink()  # what was taken from it is checked; it is no use to anybody else
        check_files(scratch, self.files, tr_later("NLTK's own download"))
        found = self.made(scratch, "nltk", stand_in=False, version="nltk_data", note=tr_later("NLTK's own download"))
        return install(scratch, found)

    def made(self, scratch: Path, variant: str, *, stand_in: bool, version: str, note: str) -> Found:
        """Describe a finished scratch folder."""
        place = folder() / f"{self.name}-{variant}"
        return Found(self.name, variant, place, stand_in, version, self.licence, tree_hash(scratch), note)


def search_path() -> list[Path]:
    """Where NLTK looks by itself: NLTK_DATA, the home folder, the interpreter's prefix, the system."""
    places = [Path(place) for place in os.environ.get("NLTK_DATA", "").split(os.pathsep) if place]
    places.append(Path.home() / "nltk_data")
    places += [Path(sys.prefix, *below) for below in (("nltk_data",), ("share", "nltk_data"), ("lib", "nltk_data"))]
    if os.name == "posix":
        places += [Path(root, "nltk_data") for root in ("/usr/share", "/usr/local/share", "/usr/lib", "/usr/local/lib")]
    return [place for place in places if place.is_dir()]


@cache
def _outside(name: str, root: Path, parts: tuple[str, ...], licence: str) -> Found:
    files = [path for part in parts for path in _part_files(root, part)]
    return Found(name, "nltk", root, False, "nltk_data", licence, file_hash(*files), tr_later(f"found in {root}"))


def _part_files(root: Path, part: str) -> list[Path]:
    """The files of one part: a folder's, or the zip that NLTK reads as well."""
    if (root / f"{part}.zip").is_file() and not (root / part).is_dir():
        return [root / f"{part}.zip"]
    return [path for path in sorted((root / part).rglob("*")) if path.is_file()]


def use(found: Found) -> None:
    """Let NLTK read a resource in this process: its data root is added to NLTK's paths, after the user's own."""
    import nltk

    if str(found.path) not in nltk.data.path:
        nltk.data.path.append(str(found.path))
