"""What languages and scripts are called, in the language spoken; a code that is not here stands for itself."""

from __future__ import annotations

from collections.abc import Iterable

from models.translating import tr, tr_later

NAMES = {
    "ar": tr_later("Arabic"), "bg": tr_later("Bulgarian"), "bn": tr_later("Bengali"), "cs": tr_later("Czech"), "da": tr_later("Danish"),
    "de": tr_later("German"), "el": tr_later("Greek"), "en": tr_later("English"), "es": tr_later("Spanish"), "fa": tr_later("Persian"),
    "fi": tr_later("Finnish"), "fr": tr_later("French"), "he": tr_later("Hebrew"), "hi": tr_later("Hindi"), "hu": tr_later("Hungarian"),
    "hy": tr_later("Armenian"), "id": tr_later("Indonesian"), "it": tr_later("Italian"), "ja": tr_later("Japanese"),
    "ka": tr_later("Georgian"),
    "ko": tr_later("Korean"), "nl": tr_later("Dutch"), "no": tr_later("Norwegian"), "pl": tr_later("Polish"), "pt": tr_later("Portuguese"),
    "ro": tr_later("Romanian"), "ru": tr_later("Russian"), "sv": tr_later("Swedish"), "ta": tr_later("Tamil"), "te": tr_later("Telugu"),
    "th": tr_later("Thai"), "tr": tr_later("Turkish"), "uk": tr_later("Ukrainian"), "ur": tr_later("Urdu"), "vi": tr_later("Vietnamese"),
    "zh": tr_later("Chinese"),
    "Armn": tr_later("Armenian script"), "Geor": tr_later("Georgian script"), "Hang": tr_later("Korean script"),
    "Hebr": tr_later("Hebrew script"), "Kana": tr_later("Japanese syllables"), "Thai": tr_later("Thai script"),
    "Arab": tr_later("Arabic script"), "Cyrl": tr_later("Cyrillic script"), "Deva": tr_later("Devanagari script"),
    "Grek": tr_later("Greek script"), "Hani": tr_later("Chinese script"), "Latn": tr_later("Latin script"),
}  # fmt: skip
"""Code (ISO 639-1 of languages, ISO 15924 of scripts) -> English name, said by `tr`."""


def language_name(code: str) -> str:
    """The name of a language or script in the language spoken.

    >>> language_name("zh"), language_name("Latn"), language_name("xx")
    ('Chinese', 'Latin script', 'xx')
    """
    return tr(NAMES[code]) if code in NAMES else code


def language_list(codes: Iterable[str]) -> str:
    """Several of them, with commas between."""
    return ", ".join(language_name(code) for code in codes)


def stored_names(codes: Iterable[str]) -> str:
    """Several of them as texts that are kept have them: in English, told again when they are shown."""
    return ", ".join(NAMES.get(code, code) for code in codes)
