"""Names of people and places for recipes that want a named-entity tagger: the lists inside TextAttack's own package."""

from __future__ import annotations

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from audit.errors import ResourceError
from audit.language.translating import tr_later
from audit.resources.base import Found, Progress, Resource, file_hash


class Gazetteer(Resource):
    """Stands in for flair's tagger: a word is a name or place if a list says so and it is written like one."""

    name = "gazetteer"
    title = "names of people and places"
    wanted_by = "checklist"
    official = "flair/ner-english from the model hub (400 MB, not supported)"
    otherwise = "the name, city, country and nationality lists in TextAttack's package"
    standard = True

    def locate(self) -> Found | None:
        """The lists in the installed package."""
        path = _data_file()
        if path is None:
            return None
        return Found(
            self.name, "textattack-lists", path, True, "0.3.11", "MIT", file_hash(path), tr_later("look-up, no context")
        )

    def provide(self, progress: Progress, *, standard: bool) -> Found:
        """It comes with TextAttack."""
        del progress, standard
        raise ResourceError("The name lists come with TextAttack; install it with: pip install textattack.")


@cache
def names_and_places() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """First names, last names, and places (countries, cities, nationalities), as written, English only.

    Read from the source without importing TextAttack.
    """
    tree = ast.parse(Gazetteer().need().path.read_text(encoding="utf-8"))
    tables = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    people, entities = tables["PERSON_NAMES"], tables["NAMED_ENTITIES"]
    places = [name for kind in ("country", "nationality", "city") for name in entities[kind]]
    return frozenset(people["first"]), frozenset(people["last"]), frozenset(places)


@cache
def _data_file() -> Path | None:
    spec = find_spec("textattack")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "shared" / "data.py"
    return path if path.is_file() else None
