"""What may be set on a probe is declared once: specs, commands and forms read it there, and refuse the rest in a sentence."""

import re
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from audit.cards import card
from audit.errors import SpecError
from audit.kinds import KINDS, find, names
from audit.language.probes import kind_title
from audit.language.sentences import sentences
from audit.parameters import Declared, check, declared, parameter
from audit.spec import read_spec

ALL = [(kind, name) for kind in KINDS for name, path in KINDS[kind].probes.items() if path.startswith("audit.")]


@dataclass(kw_only=True)
class Made(Declared):
    """A probe of every type of parameter."""

    whole: int = parameter(3, "A whole number.", least=1, most=9)
    pairs: int = parameter(2, "An even one.", least=2, even=True)
    share: float | None = parameter(None, "A share.", above=0, most=1)
    way: Literal["up", "down"] = parameter("up", "Which way.")
    loud: bool = parameter(False, "How loud.")
    plain: str = "as it is"

    name = "made"

    def __post_init__(self):
        self.check()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"whole": 0}, "Parameter 'whole' of made is 0; it must be a whole number from 1 to 9."),
        ({"whole": 2.5}, "Parameter 'whole' of made is 2.5; it must be a whole number from 1 to 9."),
        ({"whole": True}, "Parameter 'whole' of made is True; it must be a whole number from 1 to 9."),
        ({"pairs": 3}, "Parameter 'pairs' of made is 3; it must be an even number, 2 or more."),
        ({"share": 0}, "Parameter 'share' of made is 0; it must be a number above 0 and at most 1."),
        ({"share": float("nan")}, "Parameter 'share' of made is nan; it must be a number above 0 and at most 1."),
        ({"way": "left"}, "Parameter 'way' of made is 'left'; it must be one of up, down."),
        ({"loud": "yes"}, "Parameter 'loud' of made is 'yes'; it must be true or false."),
        ({"plain": 5}, "Parameter 'plain' of made is 5; it must be a text."),
        ({"size": 5}, "made has no parameter 'size'; it has: whole, pairs, share, way, loud, plain."),
    ],
)
def test_a_value_that_may_not_be_is_refused_in_one_sentence(given, said):
    with pytest.raises(SpecError, match=f"^{re.escape(said)}$"):
        check(Made, given)


@given(whole=st.integers(-3, 13), share=st.none() | st.floats(-1, 2), way=st.sampled_from(["up", "down", "left"]))
def test_what_is_allowed_is_what_the_bounds_say(whole, share, way):
    right = 1 <= whole <= 9 and (share is None or 0 < share <= 1) and way != "left"
    try:
        made = Made(whole=whole, share=share, way=way)
    except SpecError:
        assert not right
    else:
        assert right
        assert made.params == {
            "whole": whole, "pairs": 2, "share": share, "way": way, "loud": False, "plain": "as it is",
        }  # fmt: skip


def test_the_model_has_default_range_choices_and_help():
    properties = Made.parameters().model_json_schema()["properties"]
    assert properties["whole"] == {
        "default": 3, "description": "A whole number.", "minimum": 1, "maximum": 9, "title": "Whole", "type": "integer",
    }  # fmt: skip
    assert properties["way"]["enum"] == ["up", "down"]
    with pytest.raises(ValidationError):
        Made.parameters()(whole="3")


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_probe_says_what_it_is_and_what_each_parameter_does(kind, name):
    about, made = card(kind, name), find(kind, name)()
    assert about.title == sentences()[f"name.{name}"]
    assert about.act in {sentences().get(f"act.{name}"), sentences().get(f"method.{name}")} - {None}
    assert about.cost
    assert about.scope == ("sample" if kind in ("behaviour", "trigger", "word", "sample", "reference") else "row")
    shown = {one.name for one in about.parameters if one.place != "nowhere"}
    assert shown <= made.params.keys() <= {one.name for one in about.parameters}
    for one in about.parameters:
        assert one.help or one.place == "nowhere", f"{one.name} of {name} does not say what it does"
        assert one.types or one.choices


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_what_a_probe_costs_is_said_in_words_and_whole(kind, name):
    """No letter that stands for a number, nothing of how networks compute; a line of the form has room for 80 characters."""
    cost = card(kind, name).cost
    assert not re.search(r"\b(?!a\b)[a-z]\b|forward|backward|gradient|[+*=]", cost, re.IGNORECASE), cost
    assert len(f"{kind_title(kind)}: {cost}") <= 80


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_the_defaults_are_allowed_and_are_what_the_probe_has(kind, name):
    probe = find(kind, name)
    given = {one.name: one.default for one in declared(probe)}
    check(probe, given)
    assert dict(probe(**given).params) == dict(probe().params)


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_a_bound_is_the_last_value_that_is_taken(kind, name):
    probe = find(kind, name)
    for one in declared(probe):
        for bound, beyond in ((one.least, -1), (one.most, 1)):
            if bound is not None:
                value = type(one.default)(bound) if one.default is not None else bound
                check(probe, {one.name: value})
                with pytest.raises(SpecError, match=f"'{one.name}'"):
                    check(probe, {one.name: value + beyond})


def test_a_spec_with_a_parameter_that_is_none_is_refused_when_it_is_read():
    spec = {"model": {"name": "m"}, "table": {"path": "t"}}
    with pytest.raises(SpecError, match=r"^pruthi has no parameter 'swapz'; it has: .*swaps\.$"):
        read_spec({**spec, "probes": [{"kind": "attack", "name": "pruthi", "params": {"swapz": 1}}]})
    with pytest.raises(SpecError, match=r"^A targeted attack needs a target label"):
        read_spec({**spec, "probes": [{"kind": "attack", "name": "pruthi", "params": {"goal": "targeted"}}]})
    with pytest.raises(SpecError, match=r"no kind of probe named 'magic'; choose from: explainer, attack"):
        read_spec({**spec, "probes": [{"kind": "magic", "name": "pruthi"}]})


def test_a_probe_of_another_package_may_say_its_title_and_act_itself(monkeypatch):
    @dataclass(kw_only=True)
    class Theirs(Made):
        """A probe with words of its own."""

        name = "theirs"
        title = "Theirs"
        act = "turning texts round"
        cost = "nothing"

    monkeypatch.setattr("audit.cards.find", lambda kind, name: Theirs)
    about = card("perturbation", "theirs")
    assert (about.title, about.act, about.cost) == ("Theirs", "turning texts round", "nothing")
    assert "theirs" not in names("perturbation")


def test_every_parameter_on_offer_has_a_head_for_its_field():
    found = {one.name for kind, name in ALL for one in declared(find(kind, name)) if one.place != "nowhere"}
    assert {name for name in found if f"parameter.{name}" not in sentences()} == set()
