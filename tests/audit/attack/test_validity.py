"""The rule of validity: what says the same, what does not, and what cannot be judged."""

from __future__ import annotations

import pytest

from audit.attack.clauses import clauses
from audit.attack.senses import _senses, _share, are_antonyms, may_stand_for
from audit.attack.tagging import universal_tags
from audit.attack.validity import edits, is_valid
from audit.changes import changes_between
from audit.resources.polarity import polarity

TEXT = "it is {} to watch this film again today"


def judged(kind: str, original: str, changed: str, cosine: float = 0.95) -> bool | None:
    """The rule on two texts, every clause with the same cosine."""
    changes = changes_between(original, changed)
    around = clauses(original, changed, changes)
    return is_valid(kind, changes, around, [cosine] * len(changes))


def fits(before: str, after: str, frame: str = TEXT) -> bool:
    """Whether one word may stand for another in a sentence."""
    old, new = frame.format(before).split(), frame.format(after).split()
    place = old.index(before)
    return may_stand_for(before, after, universal_tags(tuple(old))[place], universal_tags(tuple(new))[place])


def test_characters_may_have_two_edits_a_word() -> None:
    assert edits("film", "fiml") == 1
    assert judged("character", "a fine film", "a fine fiml", 0.1) is True
    assert judged("character", "a fine film", "a fine movie") is False
    assert judged("character", "most of it", "most it") is True  # the blank is no edit of the word
    assert judged("reduction", "a fine film", "a film") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [("entertaining", "boring"), ("insufficiently", "adequately"), ("fun", "bored"), ("awful", "awesome"),
     ("good", "commodity"), ("big", "bad"), ("interesting", "curious"), ("clever", "stupid"), ("well", "fountainhead"),
     ("riveting", "pore"), ("stale", "fresh"), ("never", "always"), ("not", "barely"), ("make", "crap"),
     ("funny", "idiotic"), ("charming", "witching"), ("inventive", "artificial"), ("good", "qwertyish")],
)  # fmt: skip
def test_words_that_turn_or_lose_what_was_said_do_not_pass(before: str, after: str) -> None:
    assert not fits(before, after)
    assert judged("word", TEXT.format(before), TEXT.format(after)) is False


@pytest.mark.parametrize(
    ("before", "after"),
    [("boring", "tedious"), ("amusing", "diverting"), ("wonderful", "marvelous"), ("funny", "amusing"), ("film", "movie"),
     ("watch", "watching"), ("terrible", "awful"), ("lifeless", "exanimate"), ("Boring", "boring")],
)  # fmt: skip
def test_words_of_one_sense_pass(before: str, after: str) -> None:
    frame = "it is {} to see this show again today"
    assert fits(before, after, frame)
    assert judged("word", frame.format(before), frame.format(after)) is True


def test_a_clause_that_reads_otherwise_does_not_pass() -> None:
    pair = TEXT.format("boring"), TEXT.format("tedious")
    assert judged("word", *pair, cosine=0.6) is True
    assert judged("word", *pair, cosine=0.5) is False


@pytest.mark.parametrize(
    ("frame", "before", "after"),
    [("why can i not {} up my account", "top", "transcend"), ("where can i {} my money", "withdrawal", "backdown"),
     ("my card payment did not {} today", "work", "cultivate"), ("why did my transfer get {} today", "declined", "worsen"),
     ("which {} do you use here", "currencies", "cash"), ("what will it {} to switch", "cost", "be"),
     ("i {} some money to china", "transferred", "reassign"), ("how did it {} get made", "ever", "always"),
     ("the app let me {} my old card", "activate", "reactivates"), ("where is my {} card", "virtual", "practical")],
)  # fmt: skip
def test_words_that_share_a_sense_seldom_meant_or_name_a_kind_of_the_thing_do_not_pass(
    frame: str, before: str, after: str
) -> None:
    assert not fits(before, after, frame)


def test_no_word_stands_for_an_insult() -> None:
    """Both pairs are synonyms in WordNet, and as hard on those they are said of as a classifier of hate has to tell."""
    assert not fits("darky", "darkey", "he is a {} you know")
    assert not fits("chink", "chinaman", "he is a {} you know")


def test_the_sense_that_two_words_share_has_to_be_likely_for_both() -> None:
    """By hand from SemCor: `salary` has one sense; of `remuneration` the first of two has its only use."""
    assert _share("salary", "n", set(_senses("salary", "n"))) == 1.0
    (wage,) = _senses("salary", "n")
    assert _share("remuneration", "n", {wage}) == pytest.approx((1 + 1) / (1 + 2))
    assert _share("remuneration", "n", set()) == _share("qwertyish", "n", {wage}) == 0.0
    assert fits("salary", "remuneration", "can i pay my {} into this account")


def test_one_word_for_one_word_but_contractions() -> None:
    assert judged("word", "it isn't a film", "it is not a film") is True
    assert judged("word", "it is a film", "it is not a film") is False
    assert judged("word", "a very dull film", "a film") is False


def test_a_recipe_that_does_both_is_held_to_both() -> None:
    assert judged("mixed", "a dull film", "a dulll film", 0.1) is True
    assert judged("mixed", "a dull film", "a dulll movie") is True
    assert judged("mixed", "a bad film", "a sad film", 0.5) is False
    assert judged("mixed", "a dull film", "a dulll hero") is False


def test_without_an_encoder_words_cannot_be_judged() -> None:
    original, changed = TEXT.format("boring"), TEXT.format("tedious")
    changes = changes_between(original, changed)
    assert is_valid("word", changes, clauses(original, changed, changes), None) is None


def test_a_clause_is_the_words_around_a_change() -> None:
    original = "one two three four five six seven eight nine ten eleven"
    changed = original.replace("six", "6")
    (clause,) = clauses(original, changed, changes_between(original, changed))
    assert clause.before == "two three four five six seven eight nine ten"
    assert clause.after == "two three four five 6 seven eight nine ten"
    assert (clause.old[clause.place], clause.count, clause.new[clause.new_place], clause.new_count) == (
        "six",
        1,
        "6",
        1,
    )


@pytest.mark.parametrize(("a", "b"), [("good", "bad"), ("Never", "always"), ("loved", "hates"), ("best", "worst")])
def test_antonyms_in_any_inflection(a: str, b: str) -> None:
    assert are_antonyms(a, b)
    assert are_antonyms(b, a)
    assert not are_antonyms(a, a)


def test_the_list_of_polarity_knows_sides_it_was_not_told() -> None:
    """None of these words is among the seeds."""
    assert all(polarity(word, "a") > 0.2 for word in ("diverting", "mirthful", "risible", "commendable"))
    assert all(polarity(word, "a") < -0.2 for word in ("deadening", "ho-hum", "vapid", "odious", "putrid"))
    assert polarity("table", "n") == polarity("unheard-of-word", "a") == 0.0
