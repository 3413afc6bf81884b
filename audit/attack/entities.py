"""Which words are names of people or places, from the gazetteer: look-up with a check of how the word is written."""

from __future__ import annotations

from collections.abc import Sequence

from audit.resources.gazetteer import names_and_places


def entity_tags(words: Sequence[str]) -> list[str]:
    """One tag a word in flair's scheme: S-PER, B-PER, E-PER, S-LOC or O.

    A word counts where the lists have it as it is written, capital included: "Will" is a name, "will" is not. The
    first word of a text starts with a capital anyway, so there a name must be followed by a last name.
    """
    first, last, places = names_and_places()
    tags = ["O"] * len(words)
    for i, word in enumerate(words):
        if tags[i] != "O" or not word[:1].isupper():
            continue
        following = words[i + 1] if i + 1 < len(words) else ""
        if word in first and following in last and following[:1].isupper():
            tags[i], tags[i + 1] = "B-PER", "E-PER"
        elif f"{word} {following}" in places:
            tags[i] = tags[i + 1] = "S-LOC"
        elif word in places:
            tags[i] = "S-LOC"
        elif i > 0 and (word in first or word in last):
            tags[i] = "S-PER"
    return tags
