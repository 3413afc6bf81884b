"""What the first page says in words is what the numbers say."""

from __future__ import annotations

from dataclasses import replace

from sample_run import RUNS

from audit.language.printable import printable
from audit.report import naming
from audit.report.build import build_report
from audit.report.caps import CAPS
from audit.report.chapters.summary import _word, summary
from audit.report.model import WordFacts
from audit.report.strings import strings
from audit.results.headline import worst_attack


def test_a_word_that_speaks_against_a_class_is_not_said_to_move_towards_it():
    facts = {"probe": "ig", "target": "negative", "low": None, "high": None, "texts": 9, "positive": 1, "q_value": 0.01}
    say = strings("en")
    assert _word(WordFacts(word="and", mean=-0.081, **facts), say) == "“and” away from negative"
    assert _word(WordFacts(word="dull", mean=0.4, **facts), say) == "“dull” towards negative"


def test_what_the_report_has_no_words_of_its_own_for_is_told_as_everywhere(monkeypatch):
    say = strings("en")
    monkeypatch.delitem(say._texts, "ways.pruthi")
    monkeypatch.delitem(say._texts, "harmless.case")
    monkeypatch.delitem(say._texts, "kind.attack")
    assert naming.way("pruthi", say) == "slipping on a keyboard (Pruthi)"
    assert naming.harmless("case", say) == "changing upper and lower case"
    assert naming.kind_name("attack", say) == "Attacks"
    assert naming.way("theirs", say) == "“Theirs”"


def test_the_verdict_stands_first_then_the_four_parts_then_the_figures(store):
    say = strings("en")
    report = build_report(store, RUNS["reviews"])
    told = summary(report, say, CAPS["full"])
    lead = told.blocks[0].text
    assert lead.startswith(say(f"meaning.{report.run.verdict}"))
    checks = [f.verdict for f in report.findings if not f.id.startswith("pattern:")]
    counts = [
        f"{checks.count(v)} {words}"
        for v, words in (("FAIL", "not met"), ("INCONCLUSIVE", "inconclusive"), ("PASS", "met"))
    ]
    assert ", ".join(counts) in lead, "patterns are counted apart"
    names = [section.id.removeprefix("summary-") for section in told.sections]
    assert names == ["tested", "found", "means", "do", "figures"]


def test_what_was_found_tells_a_pattern_from_a_check_that_is_not_met(store):
    say, told = strings("en"), []
    for run in RUNS.values():
        report = build_report(store, run)
        sections = summary(report, say, CAPS["full"]).sections
        found = [item for s in sections if s.id == "summary-found" for block in s.blocks for item in block.items]
        for finding in report.findings:
            plain = f"{printable(finding.title, 300)}."
            pattern = say("summary.pattern", title=plain[:-1])
            assert (pattern if finding.decides else plain) not in found
            told.append(pattern in found)
    assert any(told), "no run shows a pattern among what was found"


def test_harmless_changes_are_told_of_the_attack_that_turns_most_by_them(store):
    """An attack that turns most answers by any change may do so by changes that no rule lets pass."""
    say, report = strings("en"), build_report(store, RUNS["reviews"])
    assert worst_attack(report.scores).probe == "deepwordbug"
    told = {("attack_success_rate_valid", "textfooler"): {"value": 0.8, "low": 0.7, "high": 0.9}}
    scores = [replace(score, **told.get((score.name, score.probe), {})) for score in report.scores]
    sections = summary(replace(report, scores=tuple(scores)), say, CAPS["full"]).sections
    found = [item for s in sections if s.id == "summary-found" for block in s.blocks for item in block.items]
    valid = next(item for item in found if item.startswith("Counting only changes"))
    assert "80.0%" in valid
    assert valid.endswith("by swapping words for similar ones.")


def test_no_subject_is_named_twice_in_what_to_do(store):
    for run in RUNS.values():
        told = summary(build_report(store, run), strings("en"), CAPS["full"])
        steps = next(s for s in told.sections if s.id == "summary-do").blocks[0].items
        subjects = [step.partition(":")[0] for step in steps if not step.startswith("To test what was skipped")]
        assert len(set(subjects)) == len(subjects)
        assert len(steps) <= 4
