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
    files = _files()
    if files is None:
        raise ResourceError("The Chinese characters come with two packages; install: pip install pinyin jieba.")
    readings, frequencies, textattack = files
    ranked = _by_frequency(frequencies)[:_COMMON]
    sounds = _first_readings(readings)
    same_tone: dict[str, list[str]] = defaultdict(list)
    same_sound: dict[str, list[str]] = defaultdict(list)
    for character in ranked:
        if character in sounds:
            same_tone[sounds[character]].append(character)
            same_sound[sounds[character].rstrip("12345")].append(character)
    shapes: dict[str, list[str]] = defaultdict(list)
    common = frozenset(ranked)
    for group in _lookalikes(textattack):
        for character in group:
            shapes[character] += [other for other in group if other in common]
    found = {}
    for character in ranked:
        sound = sounds.get(character, "")
        heard = [*same_tone.get(sound, ()), *same_sound.get(sound.rstrip("12345"), ())]
        heard = [other for other in dict.fromkeys(heard) if other != character][:SOUND_ALIKES]
        others = dict.fromkeys([*heard, *shapes[character]])
        found[character] = tuple(other for other in others if other != character)
    return found


def _by_frequency(path: Path) -> list[str]:
    """Characters by how often the words of two characters and more that hold them are used."""
    counted: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        if len(word) > 1:
            for character in word:
                counted[character] += int(count)
    return sorted((c for c in counted if "\u4e00" <= c <= "\u9fff"), key=lambda c: (-counted[c], c))


def _first_readings(path: Path) -> dict[str, str]:
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        code, _, readings = line.partition("\t")
        if readings.strip():
            found[chr(int(code, 16))] = readings.split()[0]
    return found


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
