"""Personal data in texts: what has a form of its own, and where there is one a checksum, so that few other numbers are taken for it.

Names, addresses and whatever else only a reader could tell are not looked for. Nothing found is kept or logged: rows are counted,
and what is shown of them is masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from ipaddress import ip_address

KINDS = ("login", "email", "iban", "card", "identity_number", "phone", "ip")
"""What is looked for, by its keys; where two overlap the first is meant."""
MASK = "•"

_IBAN_LENGTHS: Mapping[str, int] = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21, "CR": 22,
    "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22,
    "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30,
    "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31,
    "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
_CARDS = tuple(
    (re.compile(prefix), lengths)
    for prefix, lengths in (
        (r"4", (13, 16, 19)), (r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)), (r"3[47]", (15,)),
        (r"6011|65|64[4-9]", (16, 19)), (r"35(?:2[89]|[3-8])", (16, 19)), (r"62", (16, 17, 18, 19)), (r"30[0-5]|3[68]", (14,)),
    )
)  # fmt: skip
"""How numbers of cards begin, and how many digits they have, by network."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Of the digits of a Chinese identity number (ISO 7064, MOD 11-2)."""


def personal(text: str) -> list[tuple[str, int, int]]:
    """What a text holds: kind, first character and the one behind the last, in the order of the text.

    >>> [kind for kind, _, _ in personal("Write to a.b@example.org or call +44 20 7946 0958, card 4111 1111 1111 1111.")]
    ['email', 'phone', 'card']
    >>> personal("4111 1111 1111 1112, version 10.2.3, at 12:30:45 on 2024-02-29, order 1234567890")
    []
    """
    found: list[tuple[str, int, int]] = []
    if "@" not in text and not _DIGITS.search(text):
        return found
    for kind in KINDS:
        for start, end in _of(kind, text):
            if all(end <= first or start >= last for _, first, last in found):
                found.append((kind, start, end))
    return sorted(found, key=lambda one: one[1])


def masked(text: str) -> str:
    """A text with the letters and digits of what it holds of that replaced.

    >>> masked("Write to a.b@example.org")
    'Write to •.•@•••••••.•••'
    """
    signs = list(text)
    for _, start, end in personal(text):
        signs[start:end] = [MASK if sign.isalnum() else sign for sign in signs[start:end]]
    return "".join(signs)


def _of(kind: str, text: str) -> Iterator[tuple[int, int]]:
    pattern, is_one = _LOOKED_FOR[kind]
    for match in pattern.finditer(text):
        if is_one(match.group()):
            yield match.span()


def _digits(said: str) -> str:
    return "".join(sign for sign in said if sign.isdigit())


def _is_iban(said: str) -> bool:
    plain = said.replace(" ", "")
    if _IBAN_LENGTHS.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _is_card(said: str) -> bool:
    digits = _digits(said)
    if len(set(digits)) < 3 and set(digits) != {"1", "4"}:  # 4111 1111 1111 1111 is the number that everybody tries
        return False
    known = any(pattern.match(digits) and len(digits) in lengths for pattern, lengths in _CARDS)
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return known and sum(number - 9 * (number > 9) for number in doubled) % 10 == 0


def _is_identity_number(said: str) -> bool:
    try:
        born = date(int(said[6:10]), int(said[10:12]), int(said[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(said[:17], _WEIGHTS, strict=True))
    return born.year >= 1900 and "10X98765432"[total % 11] == said[17].upper()


def _is_phone(said: str) -> bool:
    digits = _digits(said)
    return 8 <= len(digits) <= 15 and len(set(digits)) > 2


def _is_public(said: str) -> bool:
    try:
        return ip_address(said).is_global
    except ValueError:
        return False


def _always(_said: str) -> bool:
    return True


_DIGITS = re.compile(r"[0-9]")
_PHONES = (
    r"(?:\+|00)[1-9][0-9]{0,2}(?:[ .-]?\(?[0-9]{1,4}\)?){2,6}",  # +44 20 7946 0958
    r"\(?0[0-9]{2,5}\)?(?:[ -]?[0-9]{2,4}){2,4}",  # 020 7946 0958, 08001234567
    r"(?<![A-Za-z])(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[2-9][0-9]{2}[ .-][0-9]{4}",  # (415) 555-2671
    r"(?<![A-Za-z])1[3-9][0-9]{9}(?![A-Za-z])",  # a Chinese mobile number
)
_LOOKED_FOR: Mapping[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "login": (re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{1,10}://[^\s/@:]{1,64}(?::[^\s/@]{0,64})?@[A-Za-z0-9.-]{1,200}"), _always),
    "email": (
        re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9])"),
        _always,
    ),
    "iban": (
        re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"), _is_iban,
    ),
    "card": (re.compile(r"(?<![0-9])(?<![0-9][ .-])[2-6][0-9]{3}(?:[ -]?[0-9]{2,6}){2,5}(?![ -]?[0-9])"), _is_card),
    "identity_number": (re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])"), _is_identity_number),
    "phone": (re.compile(rf"(?<![0-9£$€+/.=#])(?<![0-9]-)(?:{'|'.join(_PHONES)})(?![/.-]?[0-9])(?!%)"), _is_phone),
    "ip": (
        re.compile(r"(?<![0-9A-Za-z.:-])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){3,7})(?![0-9A-Za-z:-])(?!\.[0-9])"),
        _is_public,
    ),
}  # fmt: skip
"""What each kind looks like, and what settles it."""
