"""When two spellings are one label: case, white space, Unicode form and the way a number is written apart."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal

_SIGNS = str.maketrans("\uff0b\uff0d\u2212\uff0e\uff0c\u066b\uff45\uff25", "+--.,.ee")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_APART = ("<super>", "<sub>", "<fraction>")  # 2² is not 22


def number_of(text: str) -> Decimal | None:
    """The number a text is, however it is written (`4`, `04`, `+4`, `4.00`, `4,0`, `4e0`, full-width digits); else None.

    A comma before exactly three digits could part thousands or decimals, so `4,000` is none.
    """
    plain = _visible(text).strip().translate(_SIGNS)
    if _NUMBER.fullmatch(plain) is None or re.search(r",\d{3}(?!\d)", plain):
        return None
    return Decimal(plain.replace(",", "."))


def whole_of(text: str) -> int | None:
    """The whole number a text is, else None."""
    number = number_of(text)
    return int(number) if number is not None and number == number.to_integral_value() else None


def canonical(name: str) -> str:
    """A name as it looks: composed, without invisible signs, one space for any white space."""
    return " ".join(unicodedata.normalize("NFC", _visible(name)).split())


def caseless(name: str) -> str:
    """`canonical`, upper and lower case alike."""
    return unicodedata.normalize("NFC", canonical(name).casefold())


def widthless(name: str) -> str:
    """`caseless`, full-width letters, ligatures and their like taken for plain ones."""
    if any(unicodedata.decomposition(sign).startswith(_APART) for sign in name):
        return caseless(name)
    return " ".join(unicodedata.normalize("NFKC", caseless(unicodedata.normalize("NFKC", name))).split())


class Names:
    """Finds the label of a model that a spelling means: the closest way of comparing that leaves one label only."""

    WAYS: tuple[Callable[[str], Hashable | None], ...] = (str, canonical, caseless, widthless, number_of)

    def __init__(self, labels: Sequence[str]) -> None:
        self._found = []
        for way in self.WAYS:
            counts = Counter(way(label) for label in labels)
            self._found.append((way, {way(label): label for label in labels if counts[way(label)] == 1}))

    def find(self, typed: str) -> str | None:
        """The label meant, None where there is none or several could be."""
        for way, labels in self._found:
            spelled = way(typed)
            if spelled is not None and spelled in labels:
                return labels[spelled]
        return None


def _visible(text: str) -> str:
    return text if text.isascii() else "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
