"""Bring catalogs in step with the sources: `make words` all there are, `make words ARGS=zh` a language, new or not.

What is translated stays, what is new comes empty, what changed is marked fuzzy and what is gone is kept as a comment. Prints
what is left to do.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from babel import Locale, UnknownLocaleError  # noqa: E402
from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402

from audit.language.gathering import everything  # noqa: E402
from audit.language.translating import ENGLISH, FOLDER, languages  # noqa: E402


def template() -> Catalog:
    """Every sentence of the sources, with where it stands."""
    made = Catalog(project="Assay", charset="utf-8")
    for sentence in everything(ROOT):
        path, _, line = sentence.place.partition(":")
        said = (sentence.one, sentence.many) if sentence.many else sentence.one
        chosen = [f"The form is chosen by {{{sentence.count}}}."] if sentence.count else []
        made.add(said, locations=[(path, int(line or 0))], auto_comments=chosen, context=sentence.key or None)
    return made


def update(language: str, folder: Path = FOLDER) -> tuple[int, int]:
    """Write a language's catalog; how many sentences there are, and how many want translating."""
    path, source = folder / f"{language}.po", template()
    if path.exists():
        with path.open("rb") as file:
            made = read_po(file, locale=language)
    else:
        made = Catalog(locale=Locale.parse(language, sep="_"), project="Assay", charset="utf-8", fuzzy=False)
    made.update(source, no_fuzzy_matching=not path.exists())
    with path.open("wb") as file:
        write_po(file, made, width=120, omit_header=False)
    wanted = [message for message in made if message.id and (message.fuzzy or not any(_texts(message.string)))]
    return len(made), len(wanted)


def _texts(string: object) -> tuple[str, ...]:
    return tuple(map(str, string)) if isinstance(string, (tuple, list)) else (str(string or ""),)


def main() -> None:
    """Update the languages named, or all there are."""
    for language in sys.argv[1:] or [name for name in languages() if name != ENGLISH]:
        try:
            total, left = update(language)
        except (UnknownLocaleError, ValueError) as error:
            raise SystemExit(f"{language} is no language that Babel knows, such as zh or pt_BR: {error}") from None
        print(
            f"{language}: {total:,} sentences, {left:,} to be translated, in {FOLDER.relative_to(ROOT)}/{language}.po"
        )
    if len(sys.argv) == 1 and languages() == (ENGLISH,):
        print(f"English alone, {len(everything(ROOT)):,} sentences; `make words ARGS=zh` begins a catalog.")


if __name__ == "__main__":
    main()
