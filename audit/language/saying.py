"""Findings and notes worded when they are shown: a key and its values become a sentence in the language spoken.

>>> word(Said("note.unlabelled", {"rows": 1200}))
'1,200 rows without a label are left out'
>>> word(Said("note.of_a_newer_assay", {"rows": 3}))
'note.of_a_newer_assay (rows: 3)'
"""

from __future__ import annotations

from functools import reduce

from audit.brought import says
from audit.language.sentences import count_of, counted, how_many, names_in, sentences
from audit.language.translating import tr, tr_key, tr_key_n
from audit.language.written import written
from audit.said import BOTH, CLAUSES, LISTED, LITERAL, SENTENCES, Number, Said, Value
from models.language_names import language_list

SENTENCE = "join.sentence"
"""Key of a clause said as a sentence."""
KEYED, INSIDE = "probe.keyed", "probe.keyed_inside"
"""Keys of a name with a key beside it: in brackets of its own, or in those the name ends with."""
NAMED, QUOTED = "probe.named", "probe.quoted"
"""Keys of a probe that has no name, or no act, here: its own package may say one (`title`, `act`)."""
LANGUAGES = "join.languages"
"""Key of languages, by their codes with blanks between."""
_OWN = {NAMED: "title", QUOTED: "act"}
_JOINED = (SENTENCES, CLAUSES, LISTED, BOTH)


def word(said: Said) -> str:
    """What is said, in the language spoken; a sentence that is not known here (of a newer Assay) as its key and values."""
    values = {name: worded(value) for name, value in said.values.items()}
    if said.key == LITERAL and "text" in values:
        return values["text"]
    if said.key in _JOINED:
        return _joined(said.key, said.values.get("parts"))
    if said.key == LANGUAGES and "codes" in values:
        return language_list(values["codes"].split())
    if said.key in _OWN:
        return _own(said.key, values.get("name", ""))
    if said.key == SENTENCE and "clause" in values:
        values["clause"] = capitalised(values["clause"])
    if said.key == KEYED and values.get("called", "").endswith(")"):
        return _sentence(INSIDE, values | {"called": values["called"][:-1]})
    return _sentence(said.key, values, said.values.get(count_of(said.key)))


def _own(key: str, name: str) -> str:
    """A probe as its own package calls it, else by the name it is registered under."""
    said = says(name, _OWN[key])
    if said:
        return tr(said)
    return _sentence(key, {"name": name.replace("_", " ").capitalize() if key == NAMED else name})


def worded(value: Value) -> str:
    """Anything that stands in a sentence, as it is written there."""
    if isinstance(value, Said):
        return word(value)
    if isinstance(value, Number):
        return written(value)
    if isinstance(value, tuple):
        return _joined(LISTED, value)
    return value if isinstance(value, str) else f"{value:,}"


def capitalised(text: str) -> str:
    """With a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def _joined(key: str, parts: Value | None) -> str:
    found = [text for text in map(worded, parts if isinstance(parts, tuple) else ()) if text]
    together = sentences()[key]
    return reduce(lambda first, rest: tr_key(key, together, first=first, rest=rest), found) if found else ""


def _sentence(key: str, values: dict[str, str], count: Value | None = None) -> str:
    known = sentences().get(key)
    if known is None or not names_in(key) <= values.keys():
        said = ", ".join(f"{name}: {value}" for name, value in values.items())
        return f"{key} ({said})" if said else key
    try:
        if key in counted():
            number = count.value if isinstance(count, Number) else count
            return tr_key_n(key, *counted()[key], how_many(number), **values)
        return tr_key(key, known, **values).lstrip()  # its first name may be of nothing
    except (KeyError, TypeError):  # a translation that asks for what the sentence does not have
        return known.format_map(values)
