"""TextAttack without the packages that it imports whole: loaded without them, clear where one is wanted after all."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.attack._absent import refuse, standing_in
from audit.errors import ResourceError

pytestmark = pytest.mark.filterwarnings("ignore")


def _edits(before: str, after: str) -> int:
    """Wagner and Fischer's table (1974), row by row."""
    row = list(range(len(after) + 1))
    for i, a in enumerate(before, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(after, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


@given(st.text(max_size=12), st.text(max_size=12))
def test_the_distance_served_is_levenshteins(before: str, after: str) -> None:
    with standing_in():
        import editdistance
        import Levenshtein
    assert editdistance.eval(before, after) == Levenshtein.distance(before, after) == _edits(before, after)


def test_a_package_that_is_loaded_already_stays_itself(monkeypatch) -> None:
    mine = type(sys)("flair")
    monkeypatch.setitem(sys.modules, "flair", mine)
    with standing_in():
        import flair
    assert flair is mine
    assert sys.modules["flair"] is mine


def test_flairs_taggers_are_refused_in_a_sentence() -> None:
    from audit.attack import _textattack as ta

    with pytest.raises(ResourceError, match=r"needs flair \(models.SequenceTagger.load\), which Assay does without"):
        ta.PartOfSpeech(tagger_type="flair")
    with pytest.raises(ResourceError, match=r"needs flair \(upos-fast\)"):
        ta.textattack_utils.flair_tag("a sentence")


def test_names_can_be_subclassed_but_not_used() -> None:
    with standing_in():
        from flair.data import Tokenizer

    class Own(Tokenizer):
        pass

    assert issubclass(Own, Tokenizer)
    for made in (Own, Tokenizer):
        with pytest.raises(ResourceError, match="needs flair"):
            made()


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(ResourceError, match="audit attack --list"):
        refuse("OpenHowNet", "HowNetDict")
