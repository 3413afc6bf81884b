from audit.score.definitions import catalog, define
from audit.score.policy import load_policy


def test_a_definition_says_what_it_means_where_from_and_in_which_unit():
    for key, found in catalog().items():
        assert key == found.key
        assert len(found.text) > 30
        assert found.text.endswith(".")
        assert found.title
        assert found.source
        assert found.range[0] < found.range[1]


def test_bounded_metrics_are_defined_between_floor_and_ceiling_too():
    found = define("comprehensiveness_normalised")
    assert found.direction == "higher_is_better"
    assert "0" in found.text
    assert define("sufficiency_normalised").direction == "higher_is_better"


def test_every_score_of_the_default_policy_is_defined():
    policy = load_policy()
    assert {check.score for check in (*policy.checks, *policy.patterns)} <= set(catalog())
