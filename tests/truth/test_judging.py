"""When a fault counts as found, and when a finding as a false alarm."""

from __future__ import annotations

from pathlib import Path

from planting.declared import PLANTS
from planting.finding import accuses, false_alarms, judge, matches
from planting.measuring import value_of
from planting.plant import Check, Plant, Wanted, named

from audit.score.definitions import define


def finding(title, where, verdict="FAIL", definition="x", probe=""):
    return {"title": title, "verdict": verdict, "score": {"where": where, "definition": definition, "probe": probe}}


PLANT = Plant("p", "A fault.", lambda random: None, (named(word=("zorp",)), Wanted(definition=("ece",))))


def test_a_finding_that_names_it_counts_by_its_place_among_those_that_fail():
    run = {"verdict": "FAIL", "findings": [
        finding("first", {}), finding("passes", {"word": "zorp"}, "PASS"), finding("another", {"word": "film"}),
        finding("it", {"word": "Zorp", "label": "positive"}),
    ]}  # fmt: skip
    found = judge(PLANT, run)
    assert (found.rank, found.named, found.failed, found.others) == (3, "it", 3, ("another",))


def test_what_only_passes_or_stays_open_is_not_found():
    run = {
        "verdict": "PASS",
        "findings": [finding("it", {"word": "zorp"}, verdict) for verdict in ("PASS", "INCONCLUSIVE")],
    }
    assert judge(PLANT, run).rank is None


def test_a_score_is_told_by_its_definition_and_a_slice_by_a_pattern():
    assert matches(PLANT.wanted[1], finding("", {}, definition="ece_debiased"))
    assert matches(
        named(other_identity=("*muslim*",)), finding("", {"identity": "christian", "other_identity": "Muslim"})
    )
    assert not matches(
        named(other_identity=("*muslim*",)), finding("", {"identity": "male", "other_identity": "female"})
    )
    assert matches(named(word=("[",)), finding("", {"word": "["}))
    assert matches(named(probe=("case",)), finding("", {}, probe="case"))


def test_what_is_said_of_the_whole_model_accuses_nothing_in_particular():
    assert not accuses(finding("", {}))
    assert accuses(finding("", {"group:gender": "male"}))


class Echo:
    """Answers with the last word of a text."""

    def __call__(self, texts):
        return [text.split()[-1] for text in texts], []


def test_the_share_that_moves_is_of_those_that_were_elsewhere():
    pairs = (("a", "b"), ("a", "a"), ("b", "b"), ("c", "b"))
    told = value_of(Check("it", "moves", pairs, "b", least=0.9), [], Echo())
    assert (told["value"], told["n"], told["good"]) == (0.667, 3, False)


def test_the_share_that_stays_and_the_share_that_is_right():
    pairs = (("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"))
    assert value_of(Check("it", "stays", pairs, least=0.7), [], Echo())["value"] == 0.75
    assert value_of(Check("it", "right", pairs, "b", most=0.8), [], Echo())["good"]


def test_every_planted_model_stands_in_the_handbook():
    page = (Path(__file__).parents[2] / "docs" / "truth.md").read_text(encoding="utf-8")
    for plant in PLANTS.values():
        assert f"| `{plant.name}` | {plant.fault or 'none'} |" in page


def test_a_false_alarm_is_counted_by_what_raised_it_among_the_sound_models_where_it_looked():
    sound = Plant("s", "", lambda random: None, ())
    words, groups = {"where": {"word": "film"}, "definition": "word_effect", "probe": ""}, {
        "where": {"group:city": "a"}, "definition": "group_accuracy", "probe": "",
    }  # fmt: skip
    runs = [
        {
            "verdict": "FAIL",
            "findings": [finding("film", {"word": "film"}, definition="word_effect")],
            "scores": [words, groups],
        },
        {"verdict": "PASS", "findings": [], "scores": [words, {"where": {}, "definition": "accuracy", "probe": ""}]},
    ]
    counted = false_alarms([(run, judge(sound, run)) for run in runs])
    family = define("word_effect").family
    assert (family, 1, 2) in counted
    assert (define("group_accuracy").family, 0, 1) in counted
    assert len(counted) == 2  # what is said of the whole model accuses nobody
