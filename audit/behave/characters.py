"""Perturbations of single characters: keyboard slips, look-alikes, zero-width characters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from audit.behave.perturbation import Perturbation
from audit.behave.spans import pick, replaced, with_case_of, word_spans
from audit.language.translating import tr_later
from audit.parameters import parameter
from audit.resources.homoglyphs import lookalikes

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_INVISIBLE = ("\u200b", "\u200c", "\u200d")
LEAST_LETTERS = 4


def _neighbours() -> dict[str, str]:
    """Keys beside, above and below each letter of a QWERTY keyboard, whose rows are shifted by half a key."""
    place = {key: (row + column * 2, y) for y, row_keys in enumerate(_ROWS) for column, key in enumerate(row_keys)
             for row in (y,)}  # fmt: skip
    near = {}
    for key, (x, y) in place.items():
        near[key] = "".join(
            sorted(k for k, (a, b) in place.items() if k != key and abs(a - x) <= 2 and abs(b - y) <= 1)
        )
    return near


KEYS = _neighbours()


@dataclass(kw_only=True)
class KeyboardTypos(Perturbation):
    """A slip of the finger inside a word of four letters or more: a neighbouring key, a swap, a drop, a double.

    >>> import numpy as np
    >>> KeyboardTypos(k=3).variants("A quiet delight.", np.random.default_rng(0))
    ['A quet delight.', 'A quiet dleight.', 'A qyiet delight.']
    """

    typos: int = parameter(1, tr_later("Slips in each variant, in different words."), least=1)

    name = "keyboard_typos"
    languages = ("Latn",)

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """Slips in `typos` words."""
        spans = word_spans(text, least=LEAST_LETTERS)
        chosen = generator.permutation(len(spans))[: self.typos]
        for i in sorted((int(i) for i in chosen), reverse=True):  # from the end, so that places stay right
            start, end = spans[i]
            text = replaced(text, (start, end), _slip(text[start:end], generator))
        return text


@dataclass(kw_only=True)
class LookAlikes(Perturbation):
    r"""One letter replaced by one that looks the same in another script.

    >>> import numpy as np
    >>> [ascii(text) for text in LookAlikes(k=2).variants("A quiet delight.", np.random.default_rng(0))]
    ["'A qui\\u0435t delight.'", "'A q\\u057diet delight.'"]
    """

    letters: int = parameter(1, tr_later("Letters replaced in each variant."), least=1)

    name = "homoglyphs"
    needs = ("homoglyphs",)
    languages = ("Latn", "Cyrl", "Grek")

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """Look-alikes at `letters` places."""
        table = lookalikes()
        places = [i for i, char in enumerate(text) if char.isalpha() and char in table]
        for j in generator.permutation(len(places))[: self.letters]:
            i = places[int(j)]
            options = table[text[i]]
            text = text[:i] + options[pick(generator, len(options))] + text[i + 1 :]
        return text


@dataclass(kw_only=True)
class ZeroWidth(Perturbation):
    r"""A zero-width character inside a word, as copying from a web page or a chat leaves it.

    >>> import numpy as np
    >>> ZeroWidth(k=2).variants("A quiet delight.", np.random.default_rng(0))
    ['A quiet deli\u200cght.', 'A qu\u200biet delight.']
    """

    name = "zero_width"

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One character inside one word."""
        spans = word_spans(text, least=2)
        if not spans:
            return text
        start, end = spans[pick(generator, len(spans))]
        place = start + 1 + pick(generator, end - start - 1)
        return text[:place] + _INVISIBLE[pick(generator, len(_INVISIBLE))] + text[place:]


def _slip(word: str, generator: np.random.Generator) -> str:
    kind, i = pick(generator, 4), 1 + pick(generator, len(word) - 2)  # first and last letter stay
    if kind == 0:
        near = KEYS.get(word[i].lower(), "")
        new = with_case_of(near[pick(generator, len(near))], word[i]) if near else word[i]
        return word[:i] + new + word[i + 1 :]
    if kind == 1 and i + 2 < len(word):
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    if kind == 2:
        return word[:i] + word[i + 1 :]
    return word[:i] + word[i] + word[i:]
