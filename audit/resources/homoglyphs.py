"""Characters that look like others: the list TextAttack's wheel forgot to carry, or our own."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from audit.errors import ResourceError
from audit.language.translating import tr_later
from audit.resources.base import Found, Progress, Resource, file_hash
from models.places import ASSETS

OWN = ASSETS / "wordlists" / "homoglyphs.txt"


class Homoglyphs(Resource):
    """Pairs of a character and its look-alike, in the layout of Unicode's intentional.txt."""

    name = "homoglyphs"
    title = "look-alike characters"
    wanted_by = "bad_characters, textbugger, the homoglyph perturbation"
    official = "Unicode's intentional.txt, inside TextAttack's source"
    otherwise = "assets/wordlists/homoglyphs.txt, 51 pairs of Latin with Cyrillic, Greek and others"
    standard = True

    def locate(self) -> Found | None:
        """TextAttack's own file where an installation has it, then ours."""
        theirs = _textattack_file()
        if theirs is not None and theirs.is_file():
            return Found(self.name, "unicode", theirs, False, "UTS 39", "Unicode-3.0", file_hash(theirs))
        if OWN.is_file():
            return Found(
                self.name,
                "own-list",
                OWN,
                False,
                "1",
                "Apache-2.0",
                file_hash(OWN),
                tr_later("facts of Unicode UTS 39"),
            )
        return None

    def provide(self, progress: Progress, *, standard: bool) -> Found:
        """It is part of the repository."""
        del progress, standard
        raise ResourceError(f"The list of look-alike characters is missing from the installation: {OWN}.")


@cache
def lookalikes() -> dict[str, tuple[str, ...]]:
    """Each character with the ones that look like it, in the file's order.

    Raises:
        ResourceError: the list is missing.
    """
    table: dict[str, list[str]] = {}
    for line in Homoglyphs().need().path.read_text(encoding="utf-8-sig").splitlines():
        codes = line.split("#")[0].split(";")
        if len(codes) == 2:
            before, after = (chr(int(code, 16)) for code in codes)
            table.setdefault(before, []).append(after)
    return {key: tuple(values) for key, values in table.items()}


@cache
def _textattack_file() -> Path | None:
    spec = find_spec("textattack")  # finds without importing, which would download
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "shared" / "intentional_homoglyphs.txt"
