import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.errors import SpecError
from audit.score import policy as policies
from audit.score.matching import matching
from audit.score.measures import Measure
from audit.score.policy import DEFAULT, POLICIES, PURPOSES, kept_policy, load_policy, parse_policy, policy_from_dict
from audit.slices import Slice

GOOD = '[[check]]\nid = "a"\nscore = "accuracy"\nmin = 0.8\n'
MARGIN = '[[check]]\nid = "a"\nscore = "accuracy"\nmargin = 0.02\n'


def test_the_default_policy_is_valid_and_survives_json():
    policy = load_policy()
    assert len(policy.checks) >= 8
    assert policy_from_dict(policy.to_dict()) == policy
    assert policy_from_dict(policy.to_dict()).digest == policy.digest


def test_a_run_that_keeps_no_policy_is_judged_by_the_default_one():
    assert kept_policy(None) == load_policy()
    own = parse_policy(GOOD)
    assert kept_policy(own.to_dict()) == own
    with pytest.raises(SpecError, match="is not a policy"):
        kept_policy({**own.to_dict(), "check": [{"id": "a", "score": "accuracy"}]})


@pytest.mark.parametrize("name", PURPOSES)
def test_the_policies_by_purpose_are_valid_and_survive_json(name):
    policy = load_policy(POLICIES / f"{name}.toml")
    assert policy.name == name
    assert policy_from_dict(policy.to_dict()) == policy
    assert {check.id for check in policy.checks} >= {check.id for check in load_policy().checks}


def test_a_policy_that_extends_another_has_its_checks_and_an_own_one_in_place_of_its_namesake():
    made = parse_policy(f'extends = "everyday"\n{GOOD}[[check]]\nid = "valid-attacks"\nscore = "ece"\nmax = 0.3\n')
    base = load_policy()
    assert [check.id for check in made.checks] == [*(check.id for check in base.checks), "a", "valid-attacks"]
    assert "valid-attacks" in {pattern.id for pattern in base.patterns}
    assert {p.id for p in made.patterns} == {p.id for p in base.patterns} - {"valid-attacks"}
    assert "extends" not in made.to_dict()  # what a run keeps does not change with what it was made of
    own = parse_policy(f'extends = "everyday"\n{GOOD.replace("a", "accuracy", 1)}')
    assert [c.min for c in own.checks if c.id == "accuracy"] == [0.8]


def test_the_baseline_is_no_part_of_the_thresholds():
    base = parse_policy(MARGIN)
    held = parse_policy(f'baseline = "abc123"\n{MARGIN}')
    assert (held.baseline, held.digest, held.relative) == ("abc123", base.digest, True)
    assert policy_from_dict(held.to_dict()) == held


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('extends = "theirs"', "line 1, field 'extends': must be one of everyday, adversary, release; got 'theirs'"),
        ("extends = 3", "line 1, field 'extends': must be text in quotes"),
        (
            MARGIN.replace("0.02", "2"),
            "line 4, field 'margin': must be 0 or more, at most 1.0, write 0.03 for 3 points",
        ),
        (MARGIN.replace("0.02", "-0.1"), "line 4, field 'margin': must be 0 or more"),
        (
            MARGIN.replace("accuracy", "ece"),
            "line 3, field 'score': 'ece' is not compared with a baseline; a margin takes",
        ),
        (MARGIN + 'slice = "label=x"', "line 5, field 'slice': a margin is about all rows that both runs have"),
        (MARGIN + "min = 0.3", "line 5, field 'min': give exactly one of min, max and margin"),
        (MARGIN.replace("check", "pattern"), "line 4, field 'margin': a pattern has no margin"),
    ],
)
def test_faults_of_margins_and_of_what_is_extended(text, told):
    with pytest.raises(SpecError) as caught:
        parse_policy(text, "mine.toml")
    assert told in str(caught.value)


def test_the_digest_follows_the_content_and_not_the_file():
    base = parse_policy(GOOD)
    assert parse_policy(GOOD.replace(" = ", "=") + "# a comment\n").digest == base.digest
    assert parse_policy(GOOD.replace("0.8", "0.81")).digest != base.digest


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("alpha = 3", "line 1, field 'alpha': must lie between 0 and 1"),
        ("alpha = nan", "line 1, field 'alpha': must be a finite number"),
        ("alpha = true", "line 1, field 'alpha': must be a number"),
        ("version = 2", "line 1, field 'version': this Assay reads version 1; got 2"),
        ('correction = "holm"', "line 1, field 'correction': must be one of bonferroni, none; got 'holm'"),
        ("correction = 3", "line 1, field 'correction': must be text in quotes"),
        ("colour = 3", "line 1, field 'colour': there is no such field"),
        ("check = 3", "line 1, field 'check': must be an array of tables"),
        ('[check]\nid = "a"', "line 1, field 'check': must be an array of tables"),
        ('[[checks]]\nid = "a"', "line 1, field 'checks': there is no such field; did you mean 'check'?"),
        ("\n\n" + GOOD + "mni = 3", "line 7, field 'mni': there is no such field; did you mean 'min'?"),
        (
            GOOD.replace('"accuracy"', '"acuracy"'),
            "line 3, field 'score': there is no score 'acuracy'; did you mean 'accuracy'",
        ),
        (GOOD.replace("0.8", "80"), "line 4, field 'min': 'accuracy' lies between 0 and 1, write 0.8 for 80%; got 80"),
        (GOOD.replace("0.8", "-0.5"), "line 4, field 'min': 'accuracy' lies between 0 and 1; got -0.5"),
        (GOOD.replace("0.8", "inf"), "line 4, field 'min': must be a finite number; got inf"),
        (GOOD.replace("0.8", '"high"'), "line 4, field 'min': must be a number; got 'high'"),
        (GOOD.replace("0.8", "1979-05-27"), "line 4, field 'min': must be a number"),
        (GOOD + "max = 0.9", "line 5, field 'max': give exactly one of min, max and margin"),
        (GOOD.replace("min = 0.8\n", ""), "line 1, [[check]] 1: give exactly one of min, max and margin"),
        (
            GOOD + 'severity = "huge"',
            "line 5, field 'severity': must be one of low, medium, high, critical; got 'huge'",
        ),
        (GOOD + "min_n = 0", "line 5, field 'min_n': must be 1 or more; got 0"),
        (GOOD + "min_n = 1.5", "line 5, field 'min_n': must be a whole number; got 1.5"),
        (GOOD + 'required = "yes"', "line 5, field 'required': must be true or false; got 'yes'"),
        (GOOD + "\n" + GOOD, "line 7, field 'id': 'a' is the id of an earlier check too"),
        (GOOD + "\n" + GOOD.replace("check", "pattern"), "line 7, field 'id': 'a' is the id of an earlier check too"),
        (GOOD.replace('"a"', '""'), "line 2, field 'id': must not be empty"),
        ('[[check]]\nscore = "accuracy"\nmin = 0.8', "line 1, [[check]] 1: field 'id' is missing"),
        (
            GOOD + '[[check]]\nid = "b"\nscore = "accuracy"\nmax = 0.5',
            "line 8, field 'max': wants at most 0.5 where check 'a' wants at least 0.8: no run can pass both",
        ),
        (
            GOOD.replace("min = 0.8", 'why = """\nmin = 3\n"""\nmin = 80'),
            "line 7, field 'min': 'accuracy' lies between 0 and 1",
        ),
        ("[[check]\nid=", "is not valid TOML: line 1, column 8"),
        (GOOD + "min = 0.9", "is not valid TOML: the end of the file, line 5, field 'min': cannot overwrite a value"),
        (GOOD.replace("0.8", "high"), "is not valid TOML: line 4, column 7, field 'min': invalid value"),
        (GOOD + 'why = "', "is not valid TOML: the end of the file, line 5, field 'why'"),
    ],
)
def test_every_fault_is_named_with_its_line(text, told):
    with pytest.raises(SpecError) as caught:
        parse_policy(text, "mine.toml")
    assert str(caught.value).startswith("mine.toml is not")
    assert told in str(caught.value)


def test_all_faults_are_told_at_once():
    with pytest.raises(SpecError) as caught:
        parse_policy(GOOD.replace("0.8", "80") + 'severity = "huge"\n')
    assert "line 4" in str(caught.value)
    assert "line 5" in str(caught.value)


def test_faults_are_told_from_the_top_of_the_file():
    """Fields of one check, an earlier check's, the head's, and contradictions, which are found last."""
    text = 'nam = 3\n[[check]]\nmni = 3\nmin = 90\nscore = "accuracy"\nid = ""\n[[pattern]]\nid = "b"\nscore = "f"\nmax = 1\n'
    text = (
        text.replace("nam = 3", "alpha = 7\ncolour = 1")
        + 'severity = "x"\n[[check]]\nid = "a"\nscore = "ece"\nmax = 9\n'
    )
    with pytest.raises(SpecError) as caught:
        parse_policy(text)
    found = [int(line) for line in re.findall(r"line (\d+)", str(caught.value))]
    assert len(found) >= 7
    assert found == sorted(found)


def test_faults_of_a_policy_without_lines_keep_their_order():
    with pytest.raises(SpecError, match=r"the head, field 'alpha'.*check.* 1, field 'min'"):
        policy_from_dict({"version": 1, "alpha": 7, "check": [{"id": "a", "score": "accuracy", "min": 9}]})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('score = "flip_rate"\nprobe = "typo"', "field 'probe': there is no perturbation 'typo'"),
        (
            'score = "attack_success_rate"\nprobe = "textfoler"',
            "field 'probe': there is no attack 'textfoler'; did you mean 'textfooler' or 'my-textfooler'?",
        ),
        ('score = "accuracy"\nprobe = "textfooler"', "field 'probe': 'accuracy' is not about a probe"),
        ('score = "flip_rate"', "field 'score': 'flip_rate' is measured for each perturbation"),
        (
            'score = "method_agreement"\nprobe = "lime+shaply"',
            "there is no explainer 'shaply'; did you mean 'shapley'?",
        ),
    ],
)
def test_a_probe_that_cannot_be_is_told_where_the_names_are_known(text, told):
    known = ("textfooler", "my-textfooler", "keyboard_typos", "lime", "shapley")
    text = f'[[check]]\nid = "a"\n{text}\nmin = 0.5'
    with pytest.raises(SpecError) as caught:
        parse_policy(text, probes=known)
    assert told in str(caught.value)
    assert parse_policy(text).checks  # a policy alone does not know which names a run will give


def test_probes_of_the_run_wildcards_and_whole_sets_are_right():
    known = ("textfooler", "my-textfooler", "lime", "shapley")
    for score, probe in (
        ("attack_success_rate", "my-textfooler"), ("attack_success_rate", "text*"), ("method_agreement", "lime+shapley"),
        ("worst_case_accuracy", "attacks"), ("worst_case_retained", "perturbations"), ("error_share", ""), ("error_share", "lime"),
    ):  # fmt: skip
        text = f'[[check]]\nid = "a"\nscore = "{score}"\nprobe = "{probe}"\nmin = 0.5'
        assert parse_policy(text, probes=known).checks[0].probe == probe


@settings(deadline=None)
@given(text=st.text(alphabet=st.sampled_from("[]=\".\n#abcheknimx 0189-_{}'\\"), max_size=80))
def test_whatever_a_file_holds_it_is_a_policy_or_one_sentence(text):
    try:
        parse_policy(text, "mine.toml")
    except SpecError as error:
        assert str(error).startswith("mine.toml is not")  # noqa: PT017
        assert "\n" not in str(error).replace("\\n", "")  # noqa: PT017


@settings(deadline=None)
@given(
    entries=st.lists(
        st.dictionaries(
            st.sampled_from(["id", "score", "min", "max", "probe", "severity", "min_n", "required", "whatever"]),
            st.sampled_from(
                ["", "a", "accuracy", "high", 0, 1, 0.5, -3, 10**400, math.nan, math.inf, True, [1], {"a": 1}, None]
            ),
        ),
        max_size=4,
    )
)
def test_data_of_any_types_is_a_policy_or_one_sentence(entries):
    try:
        policy = policy_from_dict({"check": entries})
    except SpecError as error:
        assert str(error).startswith("the policy is not a policy")  # noqa: PT017
    else:
        assert len(policy.checks) == len(entries)


def test_a_file_from_a_windows_editor_is_read_as_it_is_meant(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_policy(path) == parse_policy(GOOD)


def test_patterns_want_ten_rows_unless_they_say_otherwise():
    entry = GOOD.replace("check", "pattern")
    assert parse_policy(entry).patterns[0].min_n == 10
    assert parse_policy(entry + "min_n = 3\n").patterns[0].min_n == 3
    assert parse_policy(GOOD).checks[0].min_n == 1
    policy = parse_policy(entry)
    assert policy_from_dict(policy.to_dict()) == policy


def test_a_missing_file_is_told_by_its_path(tmp_path):
    with pytest.raises(SpecError, match=r"nowhere\.toml cannot be read"):
        load_policy(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    "line",
    ["a" + ".a" * 60 + " = 1", "a" + '."a"' * 60 + " = 1", "[" + "a ." * 60 + "a]", f"a = {'[' * 900}{']' * 900}",
     f"a = {'{a = ' * 900}1{'}' * 900}", f"a = {'9' * 5_000}", f"# {'x' * 200_000}"],
)  # fmt: skip
def test_what_would_cost_a_parser_its_memory_is_not_parsed(line):
    with pytest.raises(SpecError, match=r"no policy has|a few thousand|not valid TOML"):
        parse_policy(line + "\n" + GOOD)


def test_texts_and_comments_of_a_policy_may_hold_anything():
    said = f'name = "{"a." * 80}"  # {"[{" * 80}\n# {"." * 80}\n'
    assert parse_policy(said + GOOD).name == "a." * 80


def test_a_file_without_end_is_not_read_to_its_end(tmp_path, monkeypatch):
    (tmp_path / "large.toml").write_text(GOOD + "#" * 300)
    monkeypatch.setattr(policies, "MOST_BYTES", 200)
    with pytest.raises(
        SpecError, match=r"large\.toml cannot be read .it holds more than 200 bytes.; a policy has a few"
    ):
        load_policy(tmp_path / "large.toml")


def test_the_level_is_corrected_for_the_comparisons():
    policy = parse_policy(GOOD)
    assert policy.level(10) == pytest.approx(0.995)
    assert policy.level(0) == 0.95
    assert parse_policy('correction = "none"\n' + GOOD).level(10) == 0.95


def test_patterns_match_scores_by_probe_and_slice():
    check = parse_policy('[[check]]\nid="a"\nscore="class_recall"\nslice="label=*"\nmin=0.5').checks[0]
    of_x, of_y = (Measure("class_recall", 0.5, 10, where=Slice(label=name)) for name in "xy")
    others = Measure("class_recall", 0.5, 10), Measure("class_precision", 0.5, 10, where=Slice(label="x"))
    assert matching(check, [of_x, *others, of_y]) == [of_x, of_y]
    assert not check.needed
    assert parse_policy(GOOD).checks[0].needed


def test_every_field_of_the_default_policy_is_explained_in_it():
    text = DEFAULT.read_text(encoding="utf-8")
    for field in (
        "id",
        "score",
        "probe",
        "slice",
        "min",
        "max",
        "severity",
        "required",
        "min_n",
        "why",
        "next_step",
        "at_most",
    ):
        assert f"{field}" in text.partition("[[check]]\nid")[0] or f"`{field}`" in text


@pytest.mark.parametrize("field", ["min", "margin", "min_n", "at_most", "id", "slice", "unknown"])
@pytest.mark.parametrize("number", ["0x" + "f" * 5000, "0b1" + "0" * 20000, "9" * 19])
def test_a_number_too_large_to_be_said_is_refused_in_a_sentence(field, number):
    text = '[[check]]\nid = "a"\nscore = "accuracy"\nmin = 0.5\n'.replace(f"{field} =", f"was_{field} =")
    with pytest.raises(SpecError, match="more than 18 digits"):
        parse_policy(f"{text}{field} = {number}\n")
    with pytest.raises(SpecError, match="more than 18 digits"):
        parse_policy(f"version = {number}\n{GOOD}")


def test_an_alpha_that_no_judging_could_use_is_refused_when_it_is_read():
    with pytest.raises(SpecError, match="1e-09 or more"):
        parse_policy(f"alpha = 1e-320\n{GOOD}")
    policy = parse_policy(f"alpha = 1e-9\n{GOOD}")
    assert policy.level(1_000_000) < 1
