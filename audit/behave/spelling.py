"""British and American spelling of the same word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from audit.behave.perturbation import Perturbation
from audit.behave.spans import pick, replaced, with_case_of, word_spans

ENDINGS = (
    ("our", "or", "behavi col fav flav harb hon hum lab neighb rum sav endeav arm clam parl rig tum vap vig splend od", ("", "s")),
    ("our", "or", "col fav hon hum lab harb endeav flav", ("ed", "ing")),
    ("our", "or", "fav hon", ("able", "ably")),
    ("our", "or", "fav", ("ite", "ites", "itism")),
    ("our", "or", "neighb", ("hood", "hoods", "ing")),
    ("our", "or", "col hum flav", ("less",)),
    ("ise", "ize", "real organ recogn apolog critic emphas final general memor modern normal optim priorit special stabil standard "
     "summar util author categor character civil custom familiar harmon maxim minim mobil symbol sympath visual", ("", "d", "s")),
    ("is", "iz", "real organ recogn apolog critic emphas final general memor modern normal optim priorit special stabil standard "
     "summar util author categor character civil custom familiar harmon maxim minim mobil symbol sympath visual", ("ing",)),
    ("is", "iz", "organ real modern optim special standard util author civil", ("ation",)),
    ("yse", "yze", "anal paral catal", ("", "d", "s")),
    ("ys", "yz", "anal paral catal", ("ing",)),
    ("re", "er", "cent theat lit met fib lust calib spect somb", ("",)),
    ("res", "ers", "cent theat lit met fib", ("",)),
    ("ence", "ense", "def off pret lic", ("",)),
    ("ll", "l", "trave cance labe mode signa fue equa dia jewe marve", ("ed", "ing")),
    ("ll", "l", "trave mode", ("er", "ers")),
    ("ogue", "og", "catal dial anal", ("", "s")),
    ("lment", "llment", "insta enro fulfi", ("", "s")),
)  # fmt: skip
"""British, American, the stems that take them, and what may follow."""
PAIRS = {
    "grey": "gray", "greys": "grays", "tyre": "tire", "tyres": "tires", "pyjamas": "pajamas", "cheque": "check", "cheques": "checks",
    "plough": "plow", "aluminium": "aluminum", "mum": "mom", "mums": "moms", "cosy": "cozy", "moustache": "mustache",
    "sceptical": "skeptical", "sceptic": "skeptic", "jewellery": "jewelry", "programme": "program", "programmes": "programs",
    "kerb": "curb", "storey": "story", "manoeuvre": "maneuver", "aeroplane": "airplane", "doughnut": "donut", "doughnuts": "donuts",
    "enrol": "enroll", "fulfil": "fulfill", "skilful": "skillful", "wilful": "willful", "ageing": "aging", "judgement": "judgment",
    "acknowledgement": "acknowledgment", "learnt": "learned", "burnt": "burned", "dreamt": "dreamed", "spelt": "spelled",
    "towards": "toward", "afterwards": "afterward", "whilst": "while", "amongst": "among", "artefact": "artifact", "artefacts": "artifacts",
    "encyclopaedia": "encyclopedia", "paediatric": "pediatric", "anaesthetic": "anesthetic", "oestrogen": "estrogen", "anaemia": "anemia",
    "diarrhoea": "diarrhea", "haemorrhage": "hemorrhage", "leukaemia": "leukemia", "oedema": "edema", "faeces": "feces",
    "gynaecology": "gynecology", "orthopaedic": "orthopedic", "foetus": "fetus",
}  # fmt: skip
"""British to American, word for word."""
_ONE_WAY = "check checks tire tires story curb program programs while among learned burned dreamed spelled license meter meters"
ONE_WAY = frozenset(_ONE_WAY.split())
"""American words that mean something else as well, or the same to a Briton: written so, they stay."""


@dataclass(kw_only=True)
class Spelling(Perturbation):
    """One word of British spelling written the American way, or the other way round; all of them in one variant.

    >>> import numpy as np
    >>> Spelling(k=3).variants("My favourite color is grey.", np.random.default_rng(0))
    ['My favorite colour is gray.', 'My favourite color is gray.', 'My favourite colour is grey.']
    """

    name = "spelling"
    languages = ("en",)
    version = 1

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One place, or all that are of the kind of a word drawn."""
        table = other_spellings()
        places = [span for span in word_spans(text, least=3) if text[slice(*span)].lower() in table]
        if not places:
            return text
        i = pick(generator, len(places) + 1)
        for span in reversed(
            places if i == len(places) else places[i : i + 1]
        ):  # from the end, so that places stay right
            word = text[slice(*span)]
            text = replaced(text, span, with_case_of(table[word.lower()], word))
        return text


@cache
def other_spellings() -> dict[str, str]:
    """Each word in small letters with how it is written on the other side of the ocean."""
    both = dict(_british())
    return {**both, **{american: british for british, american in both.items() if american not in ONE_WAY}}


def _british() -> Iterator[tuple[str, str]]:
    for british, american, stems, ends in ENDINGS:
        for stem in stems.split():
            for end in ends:
                yield f"{stem}{british}{end}", f"{stem}{american}{end}"
    yield from PAIRS.items()
