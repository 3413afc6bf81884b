"""What findings and notes say: every sentence is there, used, filled with what it names, and reached by a catalog."""

from __future__ import annotations

import ast
import json
import re
from itertools import chain
from pathlib import Path

import pytest
from told_runs import findings_of, masked, told_runs

from audit.behave.identity.lists import DIMENSIONS, lists
from audit.behave.identity.lists import FILES as FILES_OF_PEOPLE
from audit.errors import UnknownName
from audit.kinds import KINDS
from audit.language import saying
from audit.language.gathering import in_file
from audit.language.probes import act, display_name
from audit.language.saying import word, worded
from audit.language.sentences import FILES, names_in, sentences
from audit.said import LITERAL, NOTHING, Number, Said, Telling, clauses, every, literal
from audit.said import sentences as in_turn
from audit.score.definitions import catalog
from audit.score.text_marks import FORMS
from models.translating import _Plain

ROOT = Path(__file__).resolve().parents[3]
KEPT = ROOT / "tests" / "data" / "told"
USED = re.compile(
    r"(?:note|mismatch|finding\.(?:part|passed|unsettled|missing|skipped)|probe|join|collect|personal)\.[a-z_]+"
)
PER_SCORE = {"fail", "pass", "open", "why", "next", "rows", "open_over", "open_under", "whole", "sample", "if_so"}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Per run its scores and its findings by many policies."""
    made = told_runs(tmp_path_factory.mktemp("told"))
    return {name: (measures.scores(0.95), list(findings_of(measures))) for name, measures in made}


@pytest.fixture(scope="module")
def said(told):
    """Every sentence that those say, with those inside."""
    tops = chain.from_iterable(
        [
            *(note for score in (*scores, *(f.score for f in findings)) for note in score.notes),
            *(part for f in findings for part in parts(f.said)),
        ]
        for scores, findings in told.values()
    )
    return [one for top in tops for one in every(top)]


def parts(telling: Telling):
    return telling.title, telling.why, telling.next_step, telling.note


PARTS = {"where", "all", "holds", "label", "group", "words_over", "words_upto", *(f"form.{form}" for form in FORMS)}
"""What a part of a table is told by, see `audit.score.weak.saying`."""


def in_code():
    found = set()
    for path in (ROOT / "audit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and USED.fullmatch(node.value):
                found.add(node.value)
    return found


# -------------------- the files


def test_every_sentence_of_the_code_is_in_the_files_and_the_other_way_round():
    kept = {key for key in sentences() if USED.fullmatch(key)}
    assert in_code() == kept
    groups = [groups for code in FILES_OF_PEOPLE for groups in lists(code).dimensions.values()]
    people = {*DIMENSIONS, *(group for some in groups for group in some)}
    for key in sentences().keys() - kept:
        kind, _, rest = key.partition(".")
        name, _, slot = rest.partition(".")
        assert kind in {
            "finding",
            "act",
            "name",
            "definition",
            "kind",
            "choices",
            "each",
            "method",
            "parameter",
            "feature",
            "change",
            "people",
            "part",
        }
        if kind == "part":
            assert rest in PARTS
        if kind == "people":
            assert rest in people
        if kind in {"kind", "choices", "each"}:
            assert rest in KINDS
        if kind == "finding":
            assert name in {*catalog(), "other"}
            assert slot in PER_SCORE
    assert len({key for path in FILES for key in (s.key for s in in_file(path, ROOT))}) == sum(
        len(list(in_file(path, ROOT))) for path in FILES
    )


def test_what_is_called_by_name_is_registered_here_or_was_once():
    known = {name for kind in KINDS.values() for name in kind.probes}
    once = {"keyboard_typos", "insertions", "white_space", "whitespace", "typos", "shapley", "case", "numbers"}
    named = {key.partition(".")[2] for key in sentences() if key.startswith(("act.", "name.", "method."))}
    assert named - known - once == set()


@pytest.mark.slow
def test_each_sentence_is_given_what_it_names_and_no_more(said):
    spoken = {one.key: one for one in said if one.key != LITERAL}
    for one in said:
        if one.key != LITERAL and not one.key.startswith(("join.", "probe.keyed")):
            assert set(one.values) == names_in(one.key), one
    joined = {key for key in spoken if key.startswith("join.")}
    assert joined >= {"join.sentences", "join.clauses", "join.sentence"}


def test_nearly_every_note_and_slot_is_said_by_the_runs_of_the_tests(said):
    """What no run here says is a short list: each of these has a test of its own score."""
    unsaid = {key for key in sentences() if key.startswith("note.")} - {one.key for one in said}
    assert unsaid <= {
        "note.bundled", "note.bundled_model", "note.higher_for", "note.holm_pairs", "note.many_groups", "note.one_value",
        "note.sentences_inserted", "note.widest_pair", "note.classes_left_out", "note.clopper_pearson_one", "note.held_max",
        "note.in_part", "note.in_units", "note.no_bounds", "note.no_class", "note.no_pairs", "note.no_room", "note.no_rows",
        "note.no_value", "note.none_in_common", "note.none_of_class", "note.several_labels", "note.undefined",
        "note.trigger", "note.trigger_cost", "note.trigger_rows", "note.counted_classes",
        "note.leaked_same", "note.labels_outside", "note.labels_apart", "note.labels_several", "note.labels_unlabelled",
        "note.labels_unanswered", "note.labels_one_class", "note.labels_few", "note.labels_guessing", "note.labels_all_seen",
        "note.slice_right", "note.slice_tested", "note.shift_most", "note.shift_test", "note.length_medians", "note.word_apart",
            "note.kernel_test", "note.outside_usual", "note.outside_right", "note.estimated", "note.cluster_shares", "note.cluster_apart",
            "note.other_languages", "note.promise", "note.no_promise", "note.sets",
        "note.trained_on", "note.unknown_tokens", "note.unmeasured", "note.wilson_one", "note.apart_baseline",
        "note.gone_baseline", "note.no_baseline", "note.own_baseline", "note.than_baseline", "note.another", "note.usual",
        "note.in_several", "note.slice_none", "note.slice_unknown", "note.slice_whole",
        "note.beyond", "note.same_cause", "note.same_cause_more", "note.least_fall", "note.not_to_be_changed",
    }  # fmt: skip


# -------------------- other languages


@pytest.fixture
def bracketed(monkeypatch):
    """A language in which every sentence stands in brackets, and what is filled in outside of them."""

    def said(key, sentence, /, **values):
        pieces = (
            f"⟦{text}⟧" * bool(text) + (f"{{{name}}}" if name else "") for text, name, _, _ in _Plain().parse(sentence)
        )
        return _Plain().vformat("".join(pieces), (), values)

    monkeypatch.setattr(saying, "tr_key", said)
    monkeypatch.setattr(
        saying, "tr_key_n", lambda key, one, many, n, /, **values: said(key, one if n == 1 else many, **values)
    )


def test_a_language_reaches_every_word_but_names_and_numbers(told, bracketed, monkeypatch):
    monkeypatch.setattr(saying, "written", lambda number: "0")
    for scores, findings in told.values():
        for note in (note for score in scores for note in score.notes):
            assert_reached(note)
        for finding in findings:
            for part in parts(finding.said):
                assert_reached(part)


def assert_reached(said):
    left = re.sub(r"⟦[^⟧]*⟧", " ", word(said))
    for text in sorted(texts(said), key=len, reverse=True):
        left = left.replace(text, " ").replace(text[:1].upper() + text[1:], " ")
    assert not re.search(r"[A-Za-z]", left), (said, word(said))


def texts(value):
    """Names and labels in what is said."""
    if isinstance(value, str):
        yield value
    for part in value.values.values() if isinstance(value, Said) else value if isinstance(value, tuple) else ():
        yield from texts(part)


# -------------------- wording


def test_a_number_is_written_when_it_is_said_and_kept_as_it_is():
    said = Said("note.random_orders", {"mean": Number(0.25000004, "plain")})
    assert said.to_data() == {"key": "note.random_orders", "values": {"mean": {"value": 0.25, "unit": "plain"}}}
    assert word(said) == "random orders 0.250"
    assert worded(Number(0.384, "share", 0.31, 0.45)) == "38.4% (31.0% to 45.0%)"
    assert worded(Number(None, "points", 0.012, 0.034)) == "1.2 to 3.4 percentage points"
    assert worded(Number(float("nan"), "share")) == "unknown"
    assert [worded(Number(p, "p_value")) for p in (0.0123, 0.0001)] == ["p = 0.012", "p < 0.001"]


def test_what_a_newer_assay_says_is_shown_plainly():
    assert (
        word(Said("note.of_tomorrow", {"rows": 1200, "share": Number(0.5)}))
        == "note.of_tomorrow (rows: 1,200, share: 50.0%)"
    )
    assert word(Said("note.no_rows", {"more": "x"})) == "no rows to count"
    assert word(Said("note.unlabelled", {"others": 3})) == "note.unlabelled (others: 3)"
    assert word(Said("join.list", {"parts": "abc"})) == ""
    assert word(Said(LITERAL, {})) == LITERAL


def test_what_is_filled_in_is_never_filled_again():
    assert word(Said("probe.quoted", {"name": "{key} {0.__class__}"})) == "'{key} {0.__class__}'"
    assert word(literal("{rows}")) == "{rows}"


def test_parts_are_joined_and_empty_ones_left_out():
    no_rows = Said("note.no_rows")
    assert word(in_turn(NOTHING, no_rows)) == word(no_rows) == "no rows to count"
    assert word(clauses((no_rows, literal("b"), literal("c")))) == "no rows to count; b; c"
    assert (word(NOTHING), word(literal("")), bool(NOTHING), bool(no_rows)) == ("", "", False, True)
    assert word(Said("join.sentence", {"clause": no_rows})) == "No rows to count."


def test_a_probe_with_a_key_of_its_own_is_told_by_it():
    assert word(act("mine", "textfooler")) == "swapping words for synonyms (TextFooler, mine)"
    assert word(act("slips", "typos")) == "a typo (slips)"
    assert (word(act("")), word(act("home_made"))) == ("the attack", "'home_made'")
    assert display_name("mine", "genetic") == "Genetic (Alzantot, mine)"
    assert display_name("suite:films", "suite") == "Behavioural suite (films)"
    assert (display_name("lime"), display_name("home_made")) == ("LIME", "Home made")


@pytest.mark.parametrize(
    "wrong",
    [
        "no_rows", {"key": "note.x"}, {"key": "note.x", "values": []}, {"key": "Not a key", "values": {}},
        {"key": "note.x", "values": {"a": 0.5}}, {"key": "note.x", "values": {"a": True}},
        {"key": "note.x", "values": {"a": {"value": "5", "unit": "share"}}}, {"key": "note.x", "values": {}, "text": "x"},
        {"key": "note.x", "values": {"a": None}}, {"value": 1.0, "unit": "share"}, {"key": "x" * 200, "values": {}},
    ],
)  # fmt: skip
def test_what_is_no_sentence_is_refused_in_a_sentence(wrong):
    with pytest.raises(ValueError, match="sentence"):
        Said.read(wrong)


def test_a_sentence_in_a_sentence_without_end_is_refused():
    data = {"key": "note.x", "values": {}}
    for _ in range(50):
        data = {"key": "note.x", "values": {"a": data}}
    with pytest.raises(ValueError, match="deep"):
        Said.read(data)


def test_what_is_read_is_what_was_written(said):
    for one in {json.dumps(one.to_data(), sort_keys=True) for one in said}:
        assert json.dumps(Said.read(json.loads(one)).to_data(), sort_keys=True) == one


# -------------------- as it was before


def test_scores_are_what_they_were_and_findings_read_as_they_did(told):
    """Kept from before; numbers inside sentences may be written otherwise and are left out.

    Counts had intervals then; their values and n are the same.
    """
    numbers = json.loads((KEPT / "scores.json").read_text(encoding="utf-8"))
    prose = set((KEPT / "findings.txt").read_text(encoding="utf-8").splitlines())
    for name, (scores, _) in told.items():
        fresh = {score.key: score for score in scores}
        before = numbers.get(name, {})  # there was no such run then
        assert fresh.keys() >= before.keys()
        for key, (value, low, high, n) in before.items():
            score, ends = fresh[key], (None, None) if fresh[key].method == "counted" else (low, high)
            assert [score.value, score.low, score.high, score.n] == pytest.approx([value, *ends, n], abs=2e-6), key
    now = {masked(text) for _, findings in told.values() for f in findings for text in (f.title, f.why, f.next_step)}
    assert prose - now == set()


def test_an_unknown_language_is_no_way_to_read_a_finding():
    from audit.language.translating import speaking

    with pytest.raises(UnknownName), speaking("tlh"):
        word(Said("note.no_rows"))
