"""What a table is written in: the share of its rows in each language, and of its letters in each script."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from models.language_names import language_name

SHOWN = 6
"""Languages and scripts that are named."""
LEAST = 0.005
"""Share of the letters from which on a script is named: below are names and quotations."""


def show_languages(languages: Mapping[str, int], scripts: Mapping[str, int], rows: int) -> None:
    """One line beneath the numbers of a table.

    Args:
        languages: rows of each language by its code, "" for rows without letters.
        scripts: letters of each script by its code.
        rows: how many were looked at.
    """
    if not languages:
        return
    written = tr("Written in {languages}", languages=_shares(languages))
    total = max(1, sum(scripts.values()))
    scripts = {code: letters for code, letters in scripts.items() if letters >= LEAST * total}
    letters = tr("letters: {scripts}", scripts=_shares(scripts))
    looked = tr_n("{n} row looked at", "{n} rows looked at", rows)
    parts = [written, *([letters] if len(scripts) > 1 else []), looked]
    st.caption(
        f":material/translate: {' · '.join(parts)}",
        help=tr(
            "The language of a row is told by its script and, within a script, by function words. A row of which that tells "
            "nothing is taken for the language of most others in its script."
        ),
    )


def _shares(counts: Mapping[str, int]) -> str:
    total = max(1, sum(counts.values()))
    named = (
        f"{language_name(code) if code else tr('no letters')} ({numbers().share(n / total)})"
        for code, n in list(counts.items())[:SHOWN]
    )
    return ", ".join(named)
