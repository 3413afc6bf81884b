import pytest

from audit.errors import SpecError
from audit.score.matching import matching
from audit.score.measures import Measure
from audit.score.policy import DEFAULT, load_policy, parse_policy, policy_from_dict
from audit.slices import Slice

GOOD = '[[check]]\nid = "a"\nscore = "accuracy"\nmin = 0.8\n'


def test_the_default_policy_is_valid_and_survives_json():
    policy = load_policy()
    assert len(policy.checks) >= 10
    assert policy_from_dict(policy.to_dict()) == policy
    assert policy_from_dict(policy.to_dict()).digest == policy.digest


def test_the_digest_follows_the_content_and_not_the_file():
    base = parse_policy(GOOD)
    assert parse_policy(GOOD.replace(" = ", "=") + "# a comment\n").digest == base.digest
    assert parse_policy(GOOD.replace("0.8", "0.81")).digest != base.digest


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("alpha = 3", "line 1: alpha lies between 0 and 1"),
        ("alpha = true", "line 1: field 'alpha' must be a number"),
        ("version = 2", "line 1: version is 2; this Assay reads version 1"),
        ('correction = "holm"', "line 1: correction is one of bonferroni, none"),
        ("colour = 3", "line 1: there is no field 'colour'"),
        ("check = 3", "line 1: field 'check' must be an array of tables"),
        ("\n\n" + GOOD + "mni = 3", "line 7: there is no field 'mni'; did you mean 'min'?"),
        (GOOD.replace('"accuracy"', '"acuracy"'), "line 3: there is no score 'acuracy'; did you mean accuracy"),
        (GOOD.replace("0.8", "80"), "line 4: min is a share between 0 and 1, write 0.8 for 80%"),
        (GOOD.replace("0.8", '"high"'), "line 4: field 'min' must be a number; got 'high'"),
        (GOOD + "max = 0.9", "line 5: give exactly one of min and max"),
        (GOOD.replace("min = 0.8\n", ""), "line 1: give exactly one of min and max"),
        (GOOD + 'severity = "huge"', "line 5: severity is one of low, medium, high, critical; got 'huge'"),
        (GOOD + "min_n = 0", "line 5: min_n is 1 or more"),
        (GOOD + "\n" + GOOD, "line 7: id 'a' is used twice"),
        ('[[check]]\nscore = "accuracy"\nmin = 0.8', "line 1: field 'id' is missing"),
        ("[[check]\nid=", "is not valid TOML"),
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


def test_a_missing_file_is_told_by_its_path(tmp_path):
    with pytest.raises(SpecError, match=r"nowhere\.toml cannot be read"):
        load_policy(tmp_path / "nowhere.toml")


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
