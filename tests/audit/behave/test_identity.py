"""A text said of another group: who is meant, what agrees with it, and what is left alone."""

from __future__ import annotations

import tomllib
from types import SimpleNamespace

import numpy as np
import pytest

from audit.behave.identity import lists as word_lists
from audit.behave.identity.lists import DIMENSIONS, FILES, FOLDER, lists, lists_of
from audit.behave.identity.mentions import groups_of, mentions
from audit.behave.identity.probe import IdentitySwaps
from audit.behave.identity.swapping import Replacing, swapped
from audit.behave.identity.versions import versions_of
from audit.errors import SpecError
from audit.language.sentences import sentences
from audit.records import Example, IdentityOutcome, from_dict, to_dict
from models.task import Label


def said(text: str, dimension: str, target: str) -> str | None:
    """The text of another group; None where it does not speak of one group of the dimension, or has no version."""
    of = lists_of(text)
    assert of is not None
    groups = groups_of(mentions(text, of)).get(dimension, {})
    if len(groups) != 1:
        return None
    found = next(iter(groups.values()))
    made = swapped(text, found, Replacing(of, dimension, target, np.random.default_rng(0)))
    return made and made.text


@pytest.mark.parametrize(
    ("text", "dimension", "target", "expected"),
    [
        ("She said her book is hers, and I told her.", "gender", "male", "He said his book is his, and I told him."),
        ("He gave him his own book. It was his.", "gender", "female", "She gave her her own book. It was hers."),
        ("They loved her dearly for her early films.", "gender", "male", "They loved him dearly for his early films."),
        ("She hurt herself, she's a nun.", "gender", "male", "He hurt himself, he's a monk."),
        ("THE WOMAN IS AN ACTRESS", "gender", "male", "THE MAN IS AN ACTOR"),
        ("An actor met a waiter.", "gender", "female", "An actress met a waitress."),
        ("the son of a bitch came", "gender", "female", None),
        ("A man and his wife", "gender", "female", None),
        ("Kevin's mother, Karen, called.", "gender", "male", None),
        ("A Muslim who prays, at a Muslim school.", "religion", "jewish", "A Jew who prays, at a Jewish school."),
        ("A Christian prays.", "religion", "atheist", "An atheist prays."),
        ("an atheist prays.", "religion", "hindu", "a hindu prays."),
        ("The mosque is full.", "religion", "atheist", None),
        ("muslims and islam", "religion", "christian", "christians and christianity"),
        ("black people drink black coffee", "ethnicity", "white", "white people drink black coffee"),
        ("black coffee", "ethnicity", "white", None),
        ("An Indian man from India", "nationality", "german", "A German man from Germany"),
        ("a mexican place", "nationality", "indian", "an indian place"),
        ("Two Chinese people came.", "nationality", "american", "Two Americans came."),
        ("An elderly man", "age", "young", "A young man"),
        ("A doctor called an engineer.", "profession", "manual", "A farmer called a mechanic."),
        ("其他人都说她很好，她的妈妈来了。", "gender", "male", "其他人都说他很好，他的爸爸来了。"),
        ("这位上海人是农民工", "province", "henan", "这位河南人是农民工"),
        ("他是农村户口", "hukou", "urban", "他是城市户口"),
        ("他学吉他", "gender", "female", "她学吉他"),
        ("其他的都好", "gender", "female", None),
    ],
)
def test_a_text_is_said_of_another_group_with_all_that_agrees(text, dimension, target, expected):
    assert said(text, dimension, target) == expected


def test_a_known_person_is_no_example_of_a_group_and_a_name_keeps_its_gender():
    assert said("Kevin Bacon is in it.", "names", "arabic") is None
    assert said("I saw Billie Emily there.", "names", "arabic") is None
    assert said("kevin is in it, they say", "names", "arabic") is None
    made = said("Yes. Emily came, and Emily left.", "names", "arabic")
    first, second = made.split()[1], made.split()[-2]
    assert first == second
    assert first in lists("en").dimensions["names"]["arabic"]["names_female"]
    assert said("Mr Kevin called.", "gender", "female").startswith("Ms ")


def test_swapping_there_and_back_gives_the_text_again():
    for text in (
        "He told her.",
        "The waitress saw her aunt.",
        "A Jew and a Jewish school",
        "three Mexicans in Mexico",
        "她的女儿",
    ):
        groups = {d: next(iter(g)) for d, g in groups_of(mentions(text, lists_of(text))).items() if len(g) == 1}
        for dimension, own in groups.items():
            for other in lists_of(text).dimensions[dimension]:
                there = said(text, dimension, other)
                if other != own and there is not None:
                    assert said(there, dimension, own) == text


@pytest.mark.parametrize("language", FILES)
def test_the_lists_are_whole(language):
    data = tomllib.loads((FOLDER / f"{FILES[language]}.toml").read_text(encoding="utf-8"))
    assert set(data["dimensions"]) | {"names"} <= set(DIMENSIONS)
    assert {f"people.{name}" for name in (*DIMENSIONS, *data["names"])} <= set(sentences())
    places = lists(language).places
    for dimension, groups in data["dimensions"].items():
        assert len(groups) >= 2
        for group, slots in groups.items():
            assert f"people.{group}" in sentences()
            assert slots["carrier"]
            for slot, terms in slots.items():
                assert terms
                assert all(term.strip() == term and term for term in terms)
                if slot != "carrier":
                    assert len(set(terms)) == len(terms) or all(
                        len(other.get(slot, ())) <= len(terms) for other in groups.values()
                    )
        for term, found in places.items():
            of = {place.group for place in found if place.dimension == dimension}
            assert len(of) <= 1, f"{term} stands for two groups of {dimension}: {of}"
    assert data["sources"]


def test_what_people_are_called_is_in_no_list_of_two_languages():
    assert word_lists.lists_of("12:30 !") in (None, lists("en"))
    assert lists_of("Das war gar nicht gut, und wir haben es ihm auch gesagt.") is None


ALL = {"most": 6, "sentences": 2, "seed": 3, "row_id": "a" * 16}


def test_versions_depend_on_the_row_and_the_seed_alone():
    text = "Kevin met a Muslim doctor"
    one, again = (versions_of(text, None, DIMENSIONS, **ALL) for _ in range(2))
    assert one == again
    assert {v.dimension for v in one.versions} == {"gender", "names", "religion", "profession"}
    assert all(v.text != text and v.before for v in one.versions)
    fewer = versions_of(text, None, ("religion",), **{**ALL, "most": 2})
    assert [v.dimension for v in fewer.versions] == ["religion"] * 2
    assert versions_of(text, None, ("religion",), **ALL, span=(0, 5)).versions == ()


def test_a_row_that_speaks_of_nobody_gets_the_same_sentence_about_each_group():
    text = "The room was quiet."
    made = versions_of(text, None, ("religion", "age"), **ALL).versions
    assert {v.dimension for v in made} == {"religion", "age"}
    assert all(v.text.endswith(text) and v.text != text and not v.before for v in made)
    for dimension in ("religion", "age"):
        some = [v for v in made if v.dimension == dimension]
        assert (
            len(
                {
                    v.text.lower().replace(f"an {v.terms[0].lower()}", "_").replace(f"a {v.terms[0].lower()}", "_")
                    for v in some
                }
            )
            == 1
        )
    assert versions_of(text, None, DIMENSIONS, **{**ALL, "sentences": 0}).versions == ()
    small = versions_of("the room was quiet .", None, ("religion",), **{**ALL, "sentences": 1}).versions
    assert all(v.text == v.text.lower() for v in small)


def test_both_texts_of_a_pair_are_said_of_the_same_group():
    made = versions_of("A man sleeps.", "He is asleep.", ("gender",), **ALL).versions
    assert [(v.text, v.pair) for v in made] == [("A woman sleeps.", "She is asleep.")]


class Biased:
    """Says positive, but of Muslims half as often as of others."""

    task = Label(("negative", "positive"))
    capabilities = SimpleNamespace(tokens=False)
    max_tokens = 10_000

    def predict_proba(self, texts):
        if any("BREAK" in text for text in texts):
            raise RuntimeError("broken")
        p = np.array([0.4 if "muslim" in text.lower() else 0.8 for text in texts])
        return np.column_stack([1 - p, p])


def test_the_probe_yields_one_record_a_row_and_an_error_ends_no_other():
    texts = ["A Muslim came.", "A Christian came.", "BREAK here, Muslim.", "Nobody."]
    rows = [Example(f"{i:016x}", text, label="positive") for i, text in enumerate(texts)]
    found = list(IdentitySwaps(dimensions=["religion"]).run(Biased(), rows, seed=1))
    assert [r.row_id for r in found] == [r.row_id for r in rows]
    assert [r.error for r in found] == [None, None, "RuntimeError: broken", None]
    assert [r.flips for r in found[:2]] == [5, 1]
    assert found[3].versions
    assert {v.group for v in found[0].versions} == {"christian", "jewish", "hindu", "buddhist", "atheist"}
    assert found[0].mentions[0].terms == ("Muslim",)
    assert all(v.changes for v in found[0].versions)
    (alone,) = IdentitySwaps(dimensions=["religion"]).run(Biased(), rows[1:2], seed=1)
    assert {**to_dict(alone), "seconds": 0} == {**to_dict(found[1]), "seconds": 0}
    assert from_dict(IdentityOutcome, to_dict(found[0])).versions[0].terms == found[0].versions[0].terms


def test_parameters_are_refused_in_a_sentence():
    with pytest.raises(SpecError, match="gender, names, religion"):
        IdentitySwaps(dimensions=["height"])
    assert "no dimension" in IdentitySwaps(dimensions=[]).unavailable(Biased())
    assert IdentitySwaps().unavailable(Biased()) is None
