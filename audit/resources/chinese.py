"""Simplified Chinese characters that sound or look like others: what a slip of an input method or of the eye writes."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter, defaultdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from audit.errors import ResourceError
from audit.language.translating import tr_later
from audit.resources.base import Found, Progress, Resource, file_hash

SOUND_ALIKES = 3
"""Of one character, as in TextAttack's list."""
_COMMON = 3_500  # characters of this rank or better take part: nobody types the rest by mistake


class ChineseCharacters(Resource):
    """Stands in for the whole of TextAttack's Chinese recipe, which swaps words by HowNet and XLM-R besides."""

    name = "chinese-characters"
    title = "Chinese characters that sound or look alike"
    wanted_by = "chinese"
    official = "TextAttack's chinese_homophone_char.txt, which its package lacks; HowNet and XLM-R (not supported)"
    otherwise = "readings of the pinyin package, jieba's frequencies, TextAttack's list of look-alikes"
    standard = True

    def locate(self) -> Found | None:
        """The files inside the installed packages."""
        files = _files()
        if files is None:
            return None
        whole = hashlib.sha256("".join(file_hash(path) for path in files).encode()).hexdigest()
        note = tr_later(f"{SOUND_ALIKES} of the same sound, look-alikes; no words of the same meaning")
        return Found(self.name, "sounds-and-shapes", files[0].parent, True, "1", "BSD, MIT", whole, note)

    def provide(self, progress: Progress, *, standard: bool) -> Found:
        """They come with the project's requirements."""
        del progress, standard
        raise ResourceError("The Chinese characters come with two packages; install: pip install pinyin jieba.")


@cache
def similar_characters() -> dict[str, tuple[str, ...]]:
    """Each common character with the common ones that sound the same, most frequent first, then its look-alikes.

    The same tone goes before another tone. Characters of several readings are taken by their first.

    Raises:
        ResourceError: a package is missing.
    """
    heard, seen = sounding_alike(), looking_alike()
    return {
        character: tuple(dict.fromkeys([*alike[:SOUND_ALIKES], *seen[character]])) for character, alike in heard.items()
    }


@cache
def sounding_alike() -> dict[str, tuple[str, ...]]:
    """Each common character with the common ones of the same sound, those of the same tone first, most frequent first.

    Raises:
        ResourceError: a package is missing.
    """
    ranked, sounds = _common_ones(), first_readings()
    same_tone: dict[str, list[str]] = defaultdict(list)
    same_sound: dict[str, list[str]] = defaultdict(list)
    for character in ranked:
        if character in sounds:
            same_tone[sounds[character]].append(character)
            same_sound[sounds[character].rstrip("12345")].append(character)
    found = {}
    for character in ranked:
        sound = sounds.get(character, "")
        heard = [*same_tone.get(sound, ()), *same_sound.get(sound.rstrip("12345"), ())]
        found[character] = tuple(other for other in dict.fromkeys(heard) if other != character)
    return found


@cache
def looking_alike() -> dict[str, tuple[str, ...]]:
    """Each common character with the common ones that look like it; many have none.

    Raises:
        ResourceError: a package is missing.
    """
    ranked = _common_ones()
    shapes: dict[str, list[str]] = {character: [] for character in ranked}
    for group in _lookalikes(_needed()[2]):
        for character in group:
            if character in shapes:
                shapes[character] += [other for other in group if other in shapes and other != character]
    return {character: tuple(dict.fromkeys(others)) for character, others in shapes.items()}


@cache
def first_readings() -> dict[str, str]:
    """Each character with its first reading, the tone as a number behind it: 中 zhong1.

    Raises:
        ResourceError: a package is missing.
    """
    return {character: readings[0] for character, readings in _readings().items()}


@cache
def only_readings() -> dict[str, str]:
    """The characters that have one reading, with it: of these it is certain how they are said.

    Raises:
        ResourceError: a package is missing.
    """
    return {character: readings[0] for character, readings in _readings().items() if len(readings) == 1}


def _readings() -> dict[str, list[str]]:
    found = {}
    for line in _needed()[0].read_text(encoding="utf-8").splitlines():
        code, _, readings = line.partition("\t")
        if readings.strip():
            found[chr(int(code, 16))] = readings.split()
    return found


@cache
def _common_ones() -> list[str]:
    return _by_frequency(_needed()[1])[:_COMMON]


def _needed() -> tuple[Path, Path, Path]:
    files = _files()
    if files is None:
        raise ResourceError("The Chinese characters come with two packages; install: pip install pinyin jieba.")
    return files


def _by_frequency(path: Path) -> list[str]:
    """Characters by how often the words of two characters and more that hold them are used."""
    counted: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        if len(word) > 1:
            for character in word:
                counted[character] += int(count)
    return sorted((c for c in counted if "\u4e00" <= c <= "\u9fff"), key=lambda c: (-counted[c], c))


def _lookalikes(path: Path) -> list[list[str]]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "MORPHONYM_LS"
        ):
            groups: list[list[str]] = ast.literal_eval(node.value)
            return groups
    return []


@cache
def _files() -> tuple[Path, Path, Path] | None:
    """Readings, frequencies and look-alikes, found without importing the packages."""
    found = []
    for package, file in (("pinyin", "Mandarin.dat"), ("jieba", "dict.txt"), ("textattack", "shared/data.py")):
        spec = find_spec(package)
        path = Path(spec.origin).parent / file if spec is not None and spec.origin is not None else None
        if path is None or not path.is_file():
            return None
        found.append(path)
    return found[0], found[1], found[2]
