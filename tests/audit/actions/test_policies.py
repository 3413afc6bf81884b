"""Policies by name: kept with every version, chosen for runs that are judged again, written and read as files."""

from __future__ import annotations

import json
import tomllib

import pytest
from commands import typed
from hypothesis import given, settings
from hypothesis import strategies as st
from verbs import STRICT, Bench, somebody

from audit.actions import policies
from audit.actions.reading import Reader
from audit.errors import InputError, RunError, SpecError, UnknownName
from audit.records import to_dict
from audit.results.judging import judged_by
from audit.score.policy import POLICIES, PURPOSES, load_policy, parse_policy, policy_from_dict
from audit.score.policy_file import policy_toml
from audit.score.policy_words import looked_for, subject, sureness, wanted

LONG = "ab " * 1_500 + "end"
LAX = {"version": 1, "name": "lax", "check": [{"id": "accuracy", "score": "accuracy", "min": 0.001}]}


def reader() -> Reader:
    return Reader(somebody())


def test_the_default_policy_can_be_chosen_by_name(bench: Bench):
    assert policies.named(reader(), "everyday").digest == load_policy().digest
    assert [policy.name for policy in policies.listed(reader())] == ["everyday", "adversary", "release", "ours"]
    with pytest.raises(UnknownName, match="no policy named 'theirs'; choose from: adversary, everyday, ours, release"):
        policies.named(reader(), "theirs")


def test_an_own_policy_of_before_is_meant_by_its_name_and_can_be_changed_and_deleted(bench: Bench):
    """It was kept when Assay had none of that name; nobody can keep a new one under it."""
    kept = bench.store.save_policy("release", {**STRICT, "name": "release"}, "0" * 64, who="ana")
    assert policies.named(reader(), "release").kept == kept
    assert [p.name for p in policies.listed(reader())] == ["everyday", "adversary", "ours", "release"]
    assert policies.save(somebody(), "release", LAX).version == 2
    policies.delete(somebody(), "release")
    assert policies.named(reader(), "release").kept is None
    for name in ("release", "Release", "default"):
        with pytest.raises(InputError, match="choose another"):
            policies.save(somebody(), name, LAX)


def test_each_change_is_a_version_and_no_change_is_none(bench: Bench):
    first = bench.store.policies()[0]
    assert policies.save(somebody(), "ours", STRICT) == first
    second = policies.save(somebody(name="ben"), "ours", LAX)
    assert (second.name, second.version, second.who, second.policy["name"]) == ("ours", 2, "ben", "ours")
    assert [kept.version for kept in bench.store.policy_versions("ours")] == [2, 1]


@pytest.mark.parametrize("name", ["", " x", "x ", "a/b", "Default", "x" * 61, "a.toml", "-x", "a\nb", "../up"])
def test_what_is_no_name_is_refused(bench: Bench, name):
    with pytest.raises(InputError, match="name"):
        policies.save(somebody(), name, STRICT)
    assert [kept.name for kept in bench.store.policies()] == ["ours"]


@pytest.mark.parametrize("name", ["x", "审计 2026", "Über-streng", "a.b", "x" * 60])
def test_names_are_of_any_language(bench: Bench, name):
    assert policies.save(somebody(), name, STRICT).name == name


def test_what_is_no_policy_is_refused_with_its_fields(bench: Bench):
    with pytest.raises(SpecError, match=r"\[\[check\]\] 1, field 'min': 'accuracy' lies between 0 and 1"):
        policies.save(somebody(), "broken", {"check": [{"id": "a", "score": "accuracy", "min": 80}]})


def test_what_comes_with_assay_stays(bench: Bench):
    with pytest.raises(InputError, match="comes with Assay"):
        policies.delete(somebody(), "everyday")
    with pytest.raises(UnknownName):
        policies.delete(somebody(), "theirs")


def test_a_run_is_judged_again_at_once_and_nothing_but_its_judgement_changes(bench: Bench):
    before, scores = bench.store.run(bench.run), bench.store.scores(bench.run)
    for policy, verdict in ((STRICT, "FAIL"), (LAX, "PASS")):
        looked_at = judged_by(bench.store, bench.run, policy)
        run = policies.use(somebody(), bench.run, policy)
        assert (run.verdict, looked_at.verdict) == (verdict, verdict)
        assert [to_dict(f) for f in bench.store.findings(bench.run)] == [to_dict(f) for f in looked_at.findings]
        assert [f.id for f in looked_at.findings if f.id.startswith("check:")] == ["check:accuracy:accuracy"]
        assert run.policy["name"] == policy["name"]
        assert run.policy_chosen
    assert bench.store.scores(bench.run) == scores
    assert (run.result_hash, run.status, run.spec) == (before.result_hash, before.status, before.spec)
    with pytest.raises(RunError, match="is paused; only a finished run"):
        policies.use(somebody(), bench.made["paused"].id, STRICT)


def test_a_policy_chosen_here_is_not_the_bundles_own(bench: Bench, tmp_path):
    policies.use(somebody(), bench.run, STRICT)
    for words in (("export", bench.run, "--out", tmp_path / "b.zip", "--no-report"), ("delete", bench.run, "--yes")):
        assert typed("audit", *words).status == 0
    assert typed("audit", "import", tmp_path / "b.zip").status == 0
    assert "the bundle's own" in typed("audit", "show", bench.run).out
    policies.use(somebody(), bench.run, LAX)
    shown = typed("audit", "show", bench.run).out
    assert "By the policy lax" in shown
    assert "the bundle's own" not in shown
    done = typed("audit", "gate", bench.run)  # the thresholds are this installation's choice now
    assert done.status == 0, done


@pytest.mark.parametrize(
    "about", [{"slice": {"label": LONG}}, {"slice": f"label={LONG}"}, {"slice": {f"group:{LONG}": "x"}}, {"slice": f"group:{LONG}=*"},
              {"slice": f"group:*{LONG}*=*"}],
    ids=["a label", "as text", "a column", "every value of one", "stars"],
)  # fmt: skip
def test_a_name_without_end_is_shown_by_its_ends_and_given_whole_as_json(bench: Bench, tmp_path, about):
    made = {"name": LONG, "check": [{"id": "a", "score": "accuracy", "min": 0.9, "required": True, **about}]}
    (tmp_path / "p.toml").write_text(policy_toml(policy_from_dict(made).to_dict()))
    assert typed("audit", "policy", "import", tmp_path / "p.toml", "--name", "lengthy").status == 0
    shown = typed("audit", "policy", "show", "lengthy").out
    gated = typed("audit", "gate", bench.run, "--policy", tmp_path / "p.toml")
    assert gated.status == 3
    assert "at least 90%" in shown
    for said in (shown, gated.out):
        assert max(map(len, said.splitlines())) < 700
        assert "…" in said
    assert LONG in typed("audit", "policy", "show", "lengthy", "--json").out
    assert LONG in typed("audit", "gate", bench.run, "--policy", tmp_path / "p.toml", "--json").out


def test_the_commands(bench: Bench, tmp_path):
    out = tmp_path / "ours.toml"
    listed = json.loads(typed("audit", "policy", "list", "--json").out)["policies"]
    assert [(p["name"], p["comes_with_assay"], p.get("version")) for p in listed] == [
        ("everyday", True, None), ("adversary", True, None), ("release", True, None), ("ours", False, 1),
    ]  # fmt: skip
    assert "Accuracy: at least 99.9%" in typed("audit", "policy", "show", "ours").out
    assert json.loads(typed("audit", "policy", "show", "ours", "--json").out)["policy"]["name"] == "ours"
    assert typed("audit", "policy", "export", "ours", "--out", out).status == 0
    assert typed("audit", "policy", "export", "ours", "--out", out).status == 2
    out.write_text(out.read_text().replace("0.999", "0.001"))
    kept = json.loads(typed("audit", "policy", "import", out, "--json").out)
    assert (kept["name"], kept["version"]) == ("ours", 2)
    assert json.loads(typed("audit", "policy", "import", out, "--name", "copy", "--json").out)["version"] == 1
    assert typed("audit", "gate", bench.run, "--policy", "copy").status == 0
    told = json.loads(typed("audit", "policy", "use", bench.run, "copy", "--json").out)
    assert (told["verdict"], told["policy"]["name"]) == ("PASS", "copy")
    assert typed("audit", "policy", "delete", "copy").status == 0
    refused = typed("audit", "gate", bench.run, "--policy", "copy")
    assert refused.status == 2
    said = " ".join(refused.err.split())
    for part in ("no policy named 'copy'", "everyday", "ours", "TOML file"):
        assert part in said
    assert bench.store.run(bench.run).verdict == "PASS"  # it keeps what it was judged by


def test_a_gate_takes_a_name_before_a_file_of_that_name(bench: Bench, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ours").write_text(policy_toml(LAX))
    assert typed("audit", "gate", bench.run, "--policy", "ours").status == 1
    assert typed("audit", "gate", bench.run, "--policy", "./ours").status == 0


def test_plain_words():
    default, adversary, release = (load_policy(POLICIES / f"{name}.toml") for name in PURPOSES)
    said = [wanted(check) for check in default.checks]
    assert said[0] == "Accuracy: at least 60%"
    assert "Attack success rate, valid changes only, for each attack: at most 30%" in map(wanted, adversary.checks)
    assert "Accuracy: at most 3 percentage points worse than in the baseline run" in map(wanted, release.checks)
    assert any("for each part of the rows: at most 10%" in one for one in said)
    assert (
        looked_for(next(p for p in default.patterns if p.id == "flips"))
        == "Flip rate, for each harmless change: above 10%"
    )
    assert "at most 5% of audits" in sureness(default)
    assert "more" in sureness(policy_from_dict({"correction": "none"}))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("change=*,feature=punctuation,label=*", "Recall of a class, feature: Punctuation, for each change and label"),
        ("change=padding,label=*", "Recall of a class, change: Adding neutral sentences to a text, for each label"),
        ("group:*", "Recall of a class, for each group"),
        ("group:channel=*,label=a=b", "Recall of a class, label: a=b, for each channel"),
        ("label=billing [EU]", "Recall of a class, of the rows with label=billing [EU]"),
        ({"group:channel": "web", "label": "*"}, "Recall of a class, channel: web, label: *"),
    ],
)
def test_a_part_of_the_rows_is_said_without_the_signs_of_a_file(part, said):
    policy = policy_from_dict({"check": [{"id": "x", "score": "class_recall", "min": 0.5, "slice": part}]})
    assert subject(policy.checks[0]) == said


text = st.text(min_size=1, max_size=30).filter(lambda t: t.strip() == t)
checks = st.lists(
    st.builds(
        lambda i, least, why, where: {"id": i, "score": "class_recall", "min": least, "why": why, "slice": where},
        text, st.floats(0, 1), st.text(max_size=30), st.dictionaries(text, st.text(max_size=10), min_size=1, max_size=2),
    ),
    max_size=4, unique_by=lambda check: check["id"],
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(checks, text, st.floats(0.001, 0.999))
def test_a_file_holds_exactly_the_policy(entries, name, alpha):
    policy = policy_from_dict({"version": 1, "name": name, "alpha": alpha, "check": entries})
    written = policy_toml(policy.to_dict())
    assert {"check": [], "pattern": [], **tomllib.loads(written)} == policy.to_dict()
    assert parse_policy(written).digest == policy.digest


def test_the_default_policy_written_is_the_default_policy():
    assert parse_policy(policy_toml(load_policy().to_dict())) == load_policy()
