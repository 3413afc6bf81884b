"""What a plan and a suite do with rows in languages that a probe does not know; English ones are as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.kinds import find, names
from audit.probe import languages_of
from audit.records import Example
from audit.spec import SUITES, AuditSpec, Identity, ModelSpec, ProbeSpec, ResolvedProbe, SampleSpec, TableSpec, plan
from audit.spec.suites import CHINESE as CHINESE_ALONE
from audit.spec.suites import suite_spec

IDENTITY = Identity("f" * 64, "torch", "cpu", "float32", 1)
SPEC = AuditSpec(
    model=ModelSpec(name="m"), table=TableSpec(path="t"), probes=(ProbeSpec(kind="attack", name="pwws"),),
    sample=SampleSpec(n=None),
)  # fmt: skip
ENGLISH = [Example(f"e{i:015x}", f"It was not the {i}th time that we had to wait for the bus") for i in range(20)]
CHINESE = [Example(f"c{i:015x}", f"第{i}次来了，房间很干净，服务也不错") for i in range(8)]


def probe(*languages: str, rows=None, key="pwws"):
    return ResolvedProbe(key, "attack", "pwws", 6, {}, rows, 8, {"wordnet": "abc"}, languages=languages)


def test_rows_of_another_language_are_left_out_and_counted():
    made = plan(SPEC, [*ENGLISH, *CHINESE], IDENTITY, [probe("en"), probe(key="any")])
    assert made.left_out == {"pwws": {"zh": 8}}
    assert made.probe_rows("pwws") == 20
    assert made.probe_rows("any") == 28
    seen = {i for shard in made.shards if shard.probe == "pwws" for i in shard.rows}
    assert {made.rows[i].example.row_id[0] for i in seen} == {"e"}
    assert made.languages == ("en",) * 20 + ("zh",) * 8


def test_a_probe_for_which_no_row_is_left_is_skipped_with_the_reason():
    made = plan(SPEC, CHINESE, IDENTITY, [probe("en"), probe("zh", key="chinese")])
    first, second = made.probes
    assert first.skipped == "pwws works on texts in English, and every row is in Chinese."
    assert first.resources == {}
    assert second.skipped is None
    assert {shard.probe for shard in made.shards} == {"chinese"}
    assert made.left_out == {}


def test_english_rows_give_the_shards_that_they_gave_before_probes_had_languages():
    before = plan(SPEC, ENGLISH, IDENTITY, [probe(rows=12), probe(key="other")])
    after = plan(SPEC, ENGLISH, IDENTITY, [probe("en", rows=12), probe("Latn", key="other")])
    assert after.shards == before.shards
    assert after.left_out == {}


def test_rows_are_drawn_among_those_that_the_probe_knows():
    made = plan(SPEC, [*CHINESE, *ENGLISH], IDENTITY, [probe("zh", rows=8)])
    assert made.probe_rows("pwws") == 8


def test_what_was_skipped_before_keeps_its_reason():
    made = plan(SPEC, CHINESE, IDENTITY, [replace(probe("en"), skipped="no vectors")])
    assert made.probes[0].skipped == "no vectors"


@pytest.mark.parametrize("suite", SUITES)
def test_suites_are_as_they_were_for_english_and_where_nothing_is_known(suite):
    for languages in ((), ("en",), ("en", "Latn")):
        assert SUITES[suite].suited(languages) == SUITES[suite].probes


@pytest.mark.parametrize("suite", SUITES)
def test_suites_for_chinese_have_its_recipe_and_nothing_that_knows_english_alone(suite):
    made = suite_spec(suite, ModelSpec(name="m"), TableSpec(path="t"), languages=("zh",))
    attacks = [one.name for one in made.probes if one.kind == "attack"]
    assert "chinese" in attacks
    assert not {"deepwordbug", "textfooler", "pwws", "clare"} & set(attacks)
    perturbed = {one.name for one in made.probes if one.kind == "perturbation"}
    assert {"neutral_insertions", "punctuation", "zero_width"} <= perturbed
    assert not {"keyboard_typos", "contractions", "synonyms", "case"} & perturbed
    order = [
        "prediction",
        "embedding",
        "explainer",
        "attack",
        "perturbation",
        "direction",
        "identity",
        "shortcut",
        "word",
        "sample",
        "trigger",
    ]
    kinds = [one.kind for one in made.probes]
    assert kinds == sorted(kinds, key=order.index)


@pytest.mark.parametrize("suite", SUITES)
def test_suites_for_a_mixed_table_have_the_means_of_both(suite):
    found = SUITES[suite].suited(("en", "zh"))
    assert [one for one in found if one in SUITES[suite].probes] == list(SUITES[suite].probes)
    more = [one.name for one in found if one not in SUITES[suite].probes]
    assert more == ["chinese", *(CHINESE_ALONE if suite != "quick" else ())]


def test_every_probe_that_searches_in_english_word_lists_says_so():
    english = {"wordnet", "vectors", "tagger", "language-model", "masked-lm", "gazetteer", "polarity"}
    for kind in ("attack", "perturbation"):
        for name in names(kind):
            made = find(kind, name)
            if english & set(made.needs):
                assert languages_of(made) == ("en",), name
