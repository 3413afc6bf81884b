import numpy as np
import pytest
from simulated import simulated_run

from audit.language.sentences import sentences
from audit.records import from_dict, to_dict
from audit.said import Said
from audit.score.bootstrap import Replicates
from audit.score.checks import decide, decide_checks, left_out, n_to_settle, overall
from audit.score.definitions import catalog, define
from audit.score.findings import CHECK, PATTERN, SKIPPED, find, verdict
from audit.score.frames import build_frames
from audit.score.intervals import wilson
from audit.score.measurer import absent
from audit.score.measures import Measure, Measures, Skipped
from audit.score.policy import POLICIES, Check, Policy, load_policy, parse_policy
from audit.score.scoring import measure_run
from audit.score.settling import about as roughly
from audit.score.settling import rows_run_on
from audit.slices import Slice, of_group
from models.task import Label, Labels


def share(k, n, name="accuracy", **more):
    return Measure(name, k / n, n, "wilson", (float(k), float(n)), **more)


ADVERSARY_POLICY = load_policy(POLICIES / "adversary.toml")
LEAST = Check("least", "accuracy", min=0.8)
MOST = Check("most", "attack_success_rate", max=0.3)


@pytest.mark.parametrize(
    ("check", "k", "expected"),
    [
        (LEAST, 95, "PASS"),
        (LEAST, 60, "FAIL"),
        (LEAST, 82, "INCONCLUSIVE"),
        (MOST, 15, "PASS"),
        (MOST, 50, "FAIL"),
        (MOST, 33, "INCONCLUSIVE"),
    ],
)
def test_the_verdict_follows_the_whole_interval(check, k, expected):
    assert decide(check, share(k, 100), 0.95, 1).verdict == expected


def test_the_corrected_level_turns_a_narrow_pass_into_an_open_question():
    assert decide(LEAST, share(89, 100), 0.95, 1).verdict == "PASS"
    assert decide(LEAST, share(89, 100), 0.9975, 20).verdict == "INCONCLUSIVE"


def test_the_n_that_would_settle_it_does_and_one_row_less_does_not():
    measure = share(38, 100, "attack_success_rate")
    n = n_to_settle(measure, 0.3, 0.99)
    assert wilson(0.38 * n, n, 0.99).low > 0.3 >= wilson(0.38 * (n - 1), n - 1, 0.99).low
    assert n_to_settle(share(30, 100), 0.3, 0.95) is None


def test_the_n_that_would_settle_a_bootstrap_shrinks_its_interval():
    rng = np.random.default_rng(0)
    made = Replicates(0.30, np.sort(rng.normal(0.30, 0.05, 4000)), 200)
    measure = Measure("macro_f1", 0.30, 200, "bootstrap", replicates=made)
    n = n_to_settle(measure, 0.25, 0.95)
    assert n == pytest.approx(200 * (1.96 * 0.05 / 0.05) ** 2, rel=0.08)


def test_too_few_rows_for_the_policy_are_inconclusive_and_say_how_many():
    decision = decide(Check("c", "accuracy", min=0.8, min_n=500), share(99, 100), 0.95, 1)
    assert (decision.verdict, decision.n_to_settle) == ("INCONCLUSIVE", 500)
    assert [(said.key, said.values["needed"]) for said in decision.reason] == [("note.least_rows", 500)]


def test_the_worst_verdict_is_the_runs_and_nothing_checked_is_inconclusive():
    assert overall(["PASS", "FAIL", "INCONCLUSIVE"]) == "FAIL"
    assert overall(["PASS", "INCONCLUSIVE"]) == "INCONCLUSIVE"
    assert overall(["PASS", "PASS"]) == "PASS"
    assert overall([]) == "INCONCLUSIVE"


def test_m_counts_every_comparison_of_the_policy():
    policy = parse_policy(
        '[[check]]\nid="a"\nscore="accuracy"\nmin=0.8\n[[check]]\nid="b"\nscore="attack_success_rate"\nprobe="*"\nmax=0.3\n'
        '[[check]]\nid="c"\nscore="ece"\nmax=0.1\n[[check]]\nid="d"\nscore="flip_rate"\nprobe="*"\nmax=0.1\n'
    )
    measures = Measures((share(9, 10), *(share(3, 10, "attack_success_rate", probe=p) for p in ("pwws", "textfooler"))))
    decisions = decide_checks(measures, policy)
    assert [d.check.id for d in decisions] == [
        "a",
        "b",
        "b",
        "c",
    ]  # c was not measured, d matches nothing and is not needed
    assert {d.comparisons for d in decisions} == {4}
    assert decisions[0].level == pytest.approx(1 - 0.05 / 4)
    assert decisions[3].verdict == "INCONCLUSIVE"


def test_the_chance_of_any_wrong_verdict_is_held_to_alpha():
    """Twenty scores exactly at their thresholds: a verdict other than INCONCLUSIVE is wrong half of the time at most."""
    policy = Policy(checks=tuple(Check(f"c{i}", "accuracy", probe=str(i), min=0.8) for i in range(20)))
    wrong = 0
    for seed in range(300):
        hits = np.random.default_rng(seed).binomial(200, 0.8, size=20)
        measures = Measures(tuple(share(int(k), 200, probe=str(i)) for i, k in enumerate(hits)))
        wrong += any(d.verdict == "FAIL" for d in decide_checks(measures, policy))
    assert wrong / 300 <= 0.05


# -------------------- findings


@pytest.fixture(scope="module")
def measures():
    examples, records, labels = simulated_run(250, seed=3, duplicates=10)
    frames = build_frames(records, labels=labels, examples=examples)
    reason = "needs a language model; run: python -m audit resources get"
    return measure_run(frames, resamples=500, skipped=[Skipped("bae", "attack", "bae", reason)])


def test_findings_are_ordered_by_verdict_severity_and_strength(measures):
    found = find(measures)
    verdicts = ["FAIL", "INCONCLUSIVE", "PASS"]
    severities = ["critical", "high", "medium", "low"]
    ranks = [(verdicts.index(f.verdict), severities.index(f.severity)) for f in found]
    assert ranks == sorted(ranks)
    assert len({f.id for f in found}) == len(found)


def test_a_finding_says_the_number_its_interval_and_how_it_was_decided(measures):
    policy = parse_policy(
        '[[check]]\nid="s"\nscore="attack_success_rate"\nprobe="deepwordbug"\nmax=0.2\nseverity="high"'
    )
    finding = find(measures, policy)[0]
    score = finding.score
    assert finding.id == "check:s:attack_success_rate@deepwordbug"
    assert finding.verdict == "FAIL"
    assert finding.title == (
        f"Misspelling words by a letter or two (DeepWordBug) flips {score.value:.1%} ({score.low:.1%} to {score.high:.1%}) "
        "of right answers"
    )
    assert finding.note.startswith("At confidence 95% the interval is ")
    assert "the policy wants at most 20%" in finding.note
    assert 1 <= len(finding.evidence) <= 10
    assert finding.why
    assert finding.next_step
    assert finding.score.level == 0.95


def test_the_default_policy_speaks_of_everything_it_finds_without_holes(measures):
    for finding in find(measures):
        for text in (finding.title, finding.why, finding.next_step):
            assert text
            assert "{" not in text
            assert "  " not in text
            assert "''" not in text
        assert from_dict(type(finding), to_dict(finding)).id == finding.id


def test_the_planted_shortcut_is_a_pattern_that_does_not_decide_the_verdict(measures):
    found = find(measures)
    shortcut = [f for f in found if f.id.startswith(PATTERN + "shortcut-word")]
    assert len(shortcut) == 1  # both methods find it: one finding
    assert "The word 'cruise' pushes towards 'negative' in " in shortcut[0].title
    lenient = Policy(checks=(Check("a", "accuracy", min=0.01),), patterns=load_policy().patterns)
    decided = find(measures, lenient)
    assert any(f.id.startswith(PATTERN) and f.verdict == "FAIL" for f in decided)
    assert verdict(decided) == "INCONCLUSIVE" if any(f.id.startswith(SKIPPED) for f in decided) else "PASS"


def test_a_skipped_probe_leaves_the_run_open_and_says_what_would_help(measures):
    skipped = [f for f in find(measures, ADVERSARY_POLICY) if f.id.startswith(SKIPPED)]
    assert [f.id for f in skipped] == ["skipped:attack:bae"]
    assert skipped[0].verdict == "INCONCLUSIVE"
    assert skipped[0].next_step == "needs a language model; run: python -m audit resources get"
    assert "BAE" in skipped[0].title
    only_flips = parse_policy('[[check]]\nid="f"\nscore="flip_rate"\nprobe="*"\nmax=0.9')
    assert not [f for f in find(measures, only_flips) if f.id.startswith(SKIPPED)]  # no check waits for an attack


def test_a_check_that_was_not_measured_says_what_it_needs():
    examples, records, labels = simulated_run(60, labelled=False)
    measures = measure_run(build_frames(records, labels=labels, examples=examples), resamples=100)
    found = {f.id: f for f in find(measures, ADVERSARY_POLICY)}
    missing = found["check:accuracy:accuracy"]
    assert (missing.verdict, missing.score.value) == ("INCONCLUSIVE", None)
    assert "a label column" in missing.next_step
    assert any(f.score.name == "prediction_retained" for f in found.values())


def test_what_is_open_is_not_said_to_harm_anybody():
    check = Check("c", "accuracy_gap", max=0.1)
    open_, failed = (
        find(Measures((share(hits, n, "accuracy_gap"),)), Policy(checks=(check,)))[0]
        for hits, n in ((2, 20), (90, 100))
    )
    assert (open_.verdict, failed.verdict) == ("INCONCLUSIVE", "FAIL")
    assert open_.why == "If it is so, people of one group are served worse than others by the same model."
    assert failed.why == "People of one group are served worse than others by the same model."


def test_where_nothing_was_found_there_is_nothing_to_mend():
    """0 of 60 conflicting rows leave open whether they are few enough; nobody is told to relabel them."""
    check = Check("c", "conflict_share", max=0.05)
    none, some = (find(Measures((share(hits, 60, "conflict_share"),)), Policy(checks=(check,)))[0] for hits in (0, 3))
    assert {none.verdict, some.verdict} == {"INCONCLUSIVE"}
    assert none.next_step == "Audit all rows of the table: its conflicting labels are then counted."
    assert "relabelled" not in none.next_step
    assert "labelled again" not in none.next_step
    assert "labelled again" in some.next_step


def test_how_many_rows_is_said_as_far_as_such_a_figure_bears():
    assert [roughly(n) for n in (1, 63, 100, 101, 148, 1077, 83_060)] == [1, 63, 100, 110, 150, 1100, 84_000]


def test_an_open_finding_says_how_many_rows_would_settle_it(measures):
    value = measures.find("accuracy").value
    finding = find(measures, Policy(checks=(Check("a", "accuracy", min=value - 0.005),)))[0]
    assert finding.verdict == "INCONCLUSIVE"
    assert finding.n_to_settle > measures.find("accuracy").n
    assert finding.next_step.startswith(f"Audit about {roughly(finding.n_to_settle):,} rows to settle it.")
    at = find(measures, Policy(checks=(Check("a", "accuracy", min=value),)))[0]
    assert at.n_to_settle is None
    assert "No number of rows would settle it" in at.note


@pytest.mark.parametrize(
    ("name", "about", "said"),
    [
        ("class_recall", {"where": Slice(label="refund")}, "rows of 'refund'"),
        ("class_precision", {"where": Slice(label="refund")}, "rows called 'refund'"),
        ("group_accuracy", {"where": of_group("city", "ulm")}, "rows with city = ulm"),
        ("group_fpr", {"where": of_group("city", "ulm", label="yes")}, "rows that are not 'yes' with city = ulm"),
        ("attack_success_rate", {"probe": "textfooler"}, "rows that the attack tries"),
        ("converged_share", {"probe": "lime"}, "rows that count for it"),
        ("accuracy", {}, "rows with a label"),
    ],
)
def test_the_rows_that_would_settle_it_are_those_its_score_counts_and_the_table_grows_with_them(name, about, said):
    """12 rows of a class among 120: 40 of them take a table of 400, not of 40."""
    part = share(6, 12, name, **about)
    whole = share(3, 120, "error_share", probe=about.get("probe", ""))
    measures = Measures((share(600, 6000, "error_share", probe="another"), whole, part))
    check = Check("a", name, probe=about.get("probe", ""), slice=about.get("where", ""), min=0.4)
    finding = find(measures, Policy(checks=(check,)))[0]
    needed = finding.n_to_settle
    assert needed == n_to_settle(part, 0.4, 0.95)
    needed, in_all_of_them = roughly(needed), roughly(10 * needed)
    in_all = f"about {in_all_of_them:,} rows in all, if as many of them count"
    assert finding.next_step.startswith(f"Audit about {needed:,} {said} to settle it: {in_all}.")
    there_are = "there are 12 among the 120 rows audited."
    assert f"About {needed:,} {said} would settle it if the value stayed; {there_are}" in finding.note


def test_the_policys_own_words_take_the_place_of_ours(measures):
    policy = Policy(checks=(Check("a", "accuracy", min=0.99, why="Ours.", next_step="Call us."),))
    finding = find(measures, policy)[0]
    assert (finding.why, finding.next_step) == ("Ours.", "Call us.")


def test_a_pass_asks_for_nothing(measures):
    finding = find(measures, Policy(checks=(Check("a", "accuracy", min=0.1),)))[0]
    assert (finding.verdict, finding.next_step) == ("PASS", "No action is needed.")


def test_hostile_names_stay_what_they_are():
    measure = share(5, 10, "class_recall", where=Slice(label="{value}<b>"), context={"label": "{value}<b>"})
    policy = Policy(checks=(Check("c", "class_recall", slice="*", min=0.99),))
    assert "'{value}<b>'" in find(Measures((measure,)), policy)[0].title


def test_ids_begin_with_what_decides(measures):
    assert {f.id.split(":")[0] + ":" for f in find(measures)} <= {CHECK, PATTERN, SKIPPED}


def test_the_wording_knows_only_scores_that_exist_and_has_every_slot():
    entries = {}
    for key in sentences():
        kind, _, rest = key.partition(".")
        if kind == "finding":
            about, _, slot = rest.partition(".")
            entries.setdefault(about, set()).add(slot)
    for about in ("missing", "skipped", "passed", "unsettled", "part"):
        del entries[about]
    for about, slots in entries.items():
        assert about == "other" or about in catalog()
        more = {"open_over", "open_under"} if about == "ece" else set()
        more |= {"whole", "sample"} if about in ("duplicate_share", "conflict_share") else set()
        assert slots - {"rows", "if_so"} == {"fail", "pass", "open", "why", "next"} | more


# -------------------- checks that mean nothing for a model's answers


def test_the_default_policy_leaves_out_what_means_nothing_for_several_labels():
    """A model of several labels can pass: the error of one stated probability is not asked of it, and no level is spent on it."""
    one, several = Label(("a", "b")), Labels(("a", "b"))
    policy = load_policy()
    assert [check.id for check in left_out(policy, several)] == ["calibration"]
    assert left_out(policy, one) == ()
    none = Measures((absent("ece", Said("note.several_labels")),))
    held = [decision.check.id for decision in decide_checks(none, policy, several)]
    assert "calibration" not in held
    assert len(held) + 1 == len(decide_checks(none, policy, one))
    level = decide_checks(none, policy, several)[0].level
    assert level == pytest.approx(1 - 0.05 / len(held))


def test_every_score_of_a_family_is_of_answers_that_have_it():
    known = Label.families | Labels.families
    assert {define(key).of_task for key in catalog()} <= known | {""}
    policy = Policy(checks=(Check("h", "hamming_loss", max=0.1), Check("a", "accuracy", min=0.5)))
    assert [check.id for check in left_out(policy, Label(("a", "b")))] == ["h"]
    assert left_out(policy, Labels(("a", "b"))) == ()


def test_a_check_that_is_required_stays_open():
    policy = Policy(checks=(Check("c", "ece", max=0.1, required=True),))
    several = Labels(("a", "b"))
    assert left_out(policy, several) == ()
    (finding,) = find(Measures((absent("ece", Said("note.several_labels")),)), policy, task=several)
    assert finding.verdict == "INCONCLUSIVE"
    assert "several labels" in finding.note


def test_rows_that_were_not_audited_are_not_counted_among_those_that_were():
    open_one, whole = (
        Measure(name, 0.1, n, basis="wilson", counts=(1.0, float(n))) for name, n in (("ece", 180), ("accuracy", 200))
    )
    both = Measure("word_shift", 0.1, 800, basis="wilson", counts=(1.0, 800.0), where=Slice(word="a"))
    table = Measure("duplicate_share", 0.1, 900, basis="wilson", counts=(90.0, 900.0), counted=True)
    assert rows_run_on(open_one, Measures((open_one, whole, both, table))) == 200
