import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import SpecError
from audit.score.checks import decide_checks
from audit.score.findings import find, verdict
from audit.score.matching import matching
from audit.score.measures import Measure, Measures
from audit.score.policy import Check, Policy, parse_policy, policy_from_dict
from audit.slices import Slice, of_group

HOSTILE = [
    "billing [EU]", "a|b", "x,y=z", "[/b]", "*", "?", "[abc]", "label=a,word=b", "group:x", "C*", "=1+1", "a\\b", "plain", "a", "b",
]  # fmt: skip


def recall(label, hits, rows=20):
    counts = float(hits), float(rows)
    return Measure(
        "class_recall", hits / rows, rows, "wilson", counts, where=Slice(label=label), context={"label": label}
    )


def policy(**check):
    return Policy(checks=(Check("c", "class_recall", min=0.8, **check),))


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("form", ["text", "structured"])
def test_a_check_on_a_class_is_about_that_class_and_no_other(name, form):
    wanted = f"label={name}" if form == "text" and name != "*" else Slice(label=name)
    for hits, expected in ((0, "FAIL"), (20, "PASS")):
        measures = Measures(tuple(recall(n, hits if n == name else 20 - hits, rows=20) for n in HOSTILE))
        decided = decide_checks(measures, policy(slice=wanted))
        assert [d.measure.where for d in decided] == [Slice(label=name)]
        assert verdict(find(measures, policy(slice=wanted))) == expected


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "*"])
def test_a_class_the_run_does_not_have_leaves_the_verdict_open(name):
    measures = Measures((recall("other", 20),))
    found = find(measures, policy(slice=f"label={name}"))
    assert verdict(found) == "INCONCLUSIVE"
    assert f"label={name}" in found[0].note
    assert verdict(find(measures, policy(slice=Slice(label=name)))) == "INCONCLUSIVE"


def test_a_class_called_star_hides_no_other_class():
    measures = Measures(tuple(recall(n, 20 if n == "*" else 0, rows=20) for n in ("*", "plain", "billing [EU]")))
    checked = [d.measure.where["label"] for d in decide_checks(measures, policy(slice="label=*"))]
    assert checked == ["*", "plain", "billing [EU]"]
    assert verdict(find(measures, policy(slice="label=*"))) == "FAIL"
    assert verdict(find(measures, policy(slice=Slice(label="*")))) == "PASS"


@pytest.mark.parametrize(
    ("wanted", "labels"),
    [("*", "all"), ("label=*", "all"), ("label=*,predicted=b", ["a", "x,y=z"]), ("label=a,predicted=*", ["a"]),
     ("label=*,predicted=*", "all"), ("label=x,y=z,predicted=*", ["x,y=z"]), ("label=?", []), ("label=[ab]", []), ("label=a*", [])],
)  # fmt: skip
def test_a_star_stands_for_a_whole_value(wanted, labels):
    pairs = [("a", "b"), ("x,y=z", "b"), ("b", "a,predicted=b")]
    measures = [Measure("confusion_share", 0.5, 9, where=Slice(label=a, predicted=b)) for a, b in pairs]
    found = matching(Check("c", "confusion_share", slice=wanted, max=0.1), measures)
    assert [m.where["label"] for m in found] == ([a for a, _ in pairs] if labels == "all" else labels)


def test_stars_for_groups_and_probes():
    gap, north = (Measure("s", 0.5, 9, probe="textfooler", where=w) for w in (of_group("a=b"), of_group("a", "n")))

    def found(**check):
        return matching(Check("c", "s", max=0.1, **{"probe": "*", "slice": "*"} | check), [gap, north])

    assert found() == found(slice="group:*") == found(probe="text*") == [gap, north]
    assert found(slice="group:a=*") == found(slice="group:*=n") == [north]
    assert found(slice="group:a=b") == [gap]
    assert not found(probe="[a-z]*")
    assert not found(probe="textfoole?")


@given(st.text(max_size=8), st.text(max_size=8))
def test_the_printed_form_always_matches_its_own_slice(label, word):
    measure = Measure("shortcut_word", 0.5, 9, where=Slice(label=label, word=word))
    assert matching(Check("c", "shortcut_word", slice=str(measure.where), max=0.1), [measure]) == [measure]
    assert matching(Check("c", "shortcut_word", slice=measure.where, max=0.1), [measure]) == [measure]


def test_a_structured_slice_in_a_policy_file():
    text = '[[check]]\nid = "a"\nscore = "class_recall"\nslice = { label = "billing [EU]" }\nmin = 0.8\n'
    made = parse_policy(text)
    assert made.checks[0].slice == Slice(label="billing [EU]")
    assert policy_from_dict(made.to_dict()) == made
    with pytest.raises(SpecError, match="line 4, field 'slice': must be text, or columns with texts"):
        parse_policy(text.replace('"billing [EU]"', "4"))
