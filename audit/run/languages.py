"""What the audited rows are written in, and how much of that the model can read: measured once, when a run is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.known_languages import declared_languages, pieces_of, reads
from models.text_language import counted, fits

if TYPE_CHECKING:
    from audit.spec import Plan
    from models.classifier import Classifier, TextInput

TEXTS = 2_000
"""Texts of a language whose tokens are counted; evenly spaced where there are more."""


def languages_read(planned: Plan, classifier: Classifier) -> dict[str, Any]:
    """What a run keeps of the languages of its rows, JSON-ready; see `audit.score.languages`.

    Returns:
        rows: rows of each language, duplicates counted; "" for those without letters.
        model: the languages that the model's card names, empty where it names none.
        foreign: languages of rows that the model does not know: by its card, else by what its tokenizer makes of the reference
            text in that language, or of those rows where there is none.
        tokens, unknown: tokens of the distinct texts, at most `TEXTS` of each language, as far as the model reads them, and
            those that its tokenizer does not know; 0 for a model that shows no tokens.
        by: `card` or `tokenizer`, what tells which languages it knows; "" where nothing does.
        left_out: probe -> language -> rows that the probe leaves out for not knowing it.
    """
    weights = [row.weight for row in planned.rows]
    rows = counted(planned.languages, weights)
    known = declared_languages(getattr(classifier, "card", None) or {})
    texts: dict[str, list[TextInput]] = {}
    for row, language in zip(planned.rows, planned.languages, strict=True):
        both = row.example.pair is not None and classifier.capabilities.pairs
        texts.setdefault(language, []).append((row.example.text, row.example.pair or "") if both else row.example.text)
    pieces = {language: pieces_of(classifier, some[:: -(-len(some) // TEXTS)]) for language, some in texts.items()}
    found = {language: some for language, some in pieces.items() if some is not None}
    if known:
        foreign = [language for language in rows if not fits(language, known)]
    else:
        foreign = [language for language in found if language and not reads(classifier, language, found[language])]
    return {
        "rows": rows, "model": list(known), "foreign": foreign, "by": "card" if known else "tokenizer" if found else "",
        "tokens": sum(some.tokens for some in found.values()), "unknown": sum(some.unknown for some in found.values()),
        "left_out": {probe: dict(some) for probe, some in planned.left_out.items()},
    }  # fmt: skip
