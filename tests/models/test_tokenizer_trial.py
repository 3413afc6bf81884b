"""Tokenizers as they are published pass; those that loop, grow or break down are found before a process uses them."""

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import tokenizer_trial
from models.errors import CheckpointError
from models.tokenizer_rules import Unbounded, check_rules, repeats_repetitions
from models.tokenizer_trial import check_tokenizer, trial_inputs

PUBLISHED = {
    "GPT-2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "Llama 3": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "o200k": r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "BLOOM": r" ?[^(\s|[.,!?…。，、।۔،])]+",
    "CLIP": r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    "DeepSeek": r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s+",
    "groups of three digits": r"\d{1,3}(?=(?:\d{3})*\b)",
    "T5": r" {2,}",
}
ENDLESS = (
    r"(a+)+b",
    r"(x+x+)+y",
    r"(\w+\s?)*!$",
    r"(a|aa)+$",
    r"(foo|foofoo)+!",
    r"a*a*a*a*b",
    r"(.*)*=",
    r"(?=(q+)+r)",
    r"([A-Z]+)*\d\x02",
    r"(?:\x{436}|\x{436}\x{436})+$",
    r"(?:\u0436|\u0436\u0436)+$",
    r"(?:\p{Cyrillic}|\p{Cyrillic}\p{Cyrillic})+$",
    r"(?:\p{Sc}|\p{Sc}\p{Sc})+$",
    r"(?:[\p{Thai}_]|[\p{Thai}_]{2})+$",
)


def made(path, pattern):
    """A byte-level tokenizer that splits by a pattern."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    splits = [
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(splits)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(["the film was a quiet delight"], trainer)
    tokenizer.save(str(path))
    return path


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Nothing found before counts."""
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))


@pytest.mark.slow
@pytest.mark.parametrize("name", PUBLISHED)
def test_published_ones_pass(tmp_path, name):
    check_tokenizer(made(tmp_path / "tokenizer.json", PUBLISHED[name]))


@pytest.mark.parametrize("pattern", ENDLESS)
def test_endless_ones_are_found_by_trying_alone(tmp_path, pattern):
    path = made(tmp_path / "tokenizer.json", pattern)
    data = path.read_bytes()
    said = tokenizer_trial._tried(path, trial_inputs(json.loads(data)), len(data))
    assert said is not None
    assert said.startswith("cannot be used, ")


def test_what_was_found_sound_is_not_tried_again(tmp_path, monkeypatch):
    path = made(tmp_path / "tokenizer.json", "a+")
    check_tokenizer(path)
    monkeypatch.setattr(tokenizer_trial, "_tried", lambda *_: pytest.fail("it was tried again"))
    check_tokenizer(path)
    path.write_text(path.read_text().replace("a+", "b+"))
    with pytest.raises(pytest.fail.Exception):
        check_tokenizer(path)


def test_what_is_refused_is_refused_again(tmp_path):
    path = made(tmp_path / "tokenizer.json", "(a|aa)+$")
    for _ in "ab":
        with pytest.raises(CheckpointError, match="cannot be used"):
            check_tokenizer(path)


def test_a_child_that_takes_too_much_is_ended_by_the_system(tmp_path, monkeypatch):
    """A stand-in for whatever Rust code may do: it takes time, or memory, until it is stopped."""
    path = made(tmp_path / "tokenizer.json", "a+")
    monkeypatch.setattr(tokenizer_trial, "CPU_SECONDS", 1)
    for work in ("while True: pass", "x = [bytes(10**8) for _ in range(10**4)]"):
        child = tmp_path / "child.py"
        limited = (
            Path(tokenizer_trial.tokenizer_child.__file__)
            .read_text()
            .replace("    from tokenizers import Tokenizer\n", f"    {work}\n", 1)
        )
        child.write_text(limited)
        monkeypatch.setattr(tokenizer_trial.tokenizer_child, "__file__", str(child))
        with pytest.raises(CheckpointError, match="comes to no end on some texts, or takes more than"):
            check_tokenizer(path)
        monkeypatch.undo()
        monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(tokenizer_trial, "CPU_SECONDS", 1)


def test_the_child_imports_nothing_from_where_it_is_started(tmp_path):
    (tmp_path / "tokenizers.py").write_text("raise SystemExit('mine')")
    path = made(tmp_path / "t.json", "a+")
    command = [sys.executable, "-I", tokenizer_trial.tokenizer_child.__file__, str(path), "30", str(3 << 30)]
    done = subprocess.run(command, input=b'["a"]', cwd=tmp_path, capture_output=True, check=False)
    assert json.loads(done.stdout) == {"said": None}


# a regular expression with whether it repeats a repetition, by construction
letters = st.sampled_from(["a", "b", r"\d", r"\p{L}", "[a-z+*]", "[^)(]", r"\(", r"\+", "[]*]", r"[\]+]", "."]).map(
    lambda one: (one, False, False)
)


def expressions(inner):
    joined = st.tuples(inner, inner).map(
        lambda two: (two[0][0] + two[1][0], two[0][1] or two[1][1], two[0][2] or two[1][2])
    )
    either = st.tuples(inner, inner).map(
        lambda two: (f"(?:{two[0][0]}|{two[1][0]})", two[0][1] or two[1][1], two[0][2] or two[1][2])
    )
    many = st.tuples(
        inner, st.sampled_from(["(", "(?:", "(?i:"]), st.sampled_from(["*", "+", "{2,}", "*?", "+?", "{0,99}"])
    ).map(lambda one: (f"{one[1]}{one[0][0]}){one[2]}", True, one[0][1] or one[0][2]))
    few = st.tuples(inner, st.sampled_from(["?", "{3}", "{1,3}", ""])).map(
        lambda one: (f"(?:{one[0][0]}){one[1]}", one[0][1], one[0][2])
    )
    # a plus makes these possessive: what they took stays taken, in the one way it was found first
    kept = st.tuples(inner, st.sampled_from(["?+", "*+", "++"])).map(
        lambda one: (f"(?:{one[0][0]}){one[1]}", False, one[0][2])
    )
    # but repeats what is in braces once more
    again = st.tuples(inner, st.sampled_from(["{3}+", "{1,3}+", "{2,}+", "{0,99}*"])).map(
        lambda one: (f"(?:{one[0][0]}){one[1]}", True, one[0][1] or one[0][2] or one[1] in ("{2,}+", "{0,99}*"))
    )
    return joined | either | many | few | kept | again


@settings(deadline=None)
@given(st.recursive(letters, expressions, max_leaves=12))
def test_repeated_repetitions_are_found_in_any_expression(made_up):
    pattern, _, nested = made_up
    assert repeats_repetitions(pattern) == nested


@pytest.mark.parametrize(
    ("pattern", "ends"),
    [
        ("((?:a)*+)*$", True), ("(?:(?:a+b?)*+)*$", True), ("(?:(?:a+b?)++b?)*$", True), ("(?:(?:a+b?)?+)*$", True),
        ("(?:a?+b?)*$", True), ("(?:a*+b?)+$", True), ("(?>a+b?)*$", True), ("(?:a{2,})++$", True),
        ("a{2,}+$", False), ("(?:a{2,}+b?)*$", False), ("a{2,}*$", False), ("a+{2,}$", False), ("(?:a*?+b?)*$", False),
        ("(?:a+b?)*$", False),
    ],
)  # fmt: skip
def test_what_gives_nothing_back_is_what_the_engine_comes_to_an_end_with(pattern, ends):
    """The engine that cuts texts is the oracle: it counts its tries, and gives up with a panic."""
    from tokenizers import Regex, pre_tokenizers

    split = pre_tokenizers.Split(Regex(pattern), "isolated")
    with nullcontext() if ends else pytest.raises(BaseException, match="retry-limit"):
        split.pre_tokenize_str("a" * 200 + "!")
    assert repeats_repetitions(pattern) != ends


@given(st.text(alphabet="()[]{}*+?\\^|a1,>", max_size=30))
def test_any_text_is_looked_through(text):
    repeats_repetitions(text)


def test_growth_is_the_product_of_all_steps():
    def steps(count, content):
        one = {"type": "Replace", "pattern": {"String": "a"}, "content": content}
        return {"normalizer": {"type": "Sequence", "normalizers": [one] * count}}

    check_rules(steps(6, "aa"))  # 64 times
    with pytest.raises(Unbounded, match="100 times"):
        check_rules(steps(7, "aa"))
    check_rules(steps(60, "b"))
