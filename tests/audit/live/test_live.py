"""The interactive process: answers, parts, errors, cancelling, dying and coming back; and no torch on this side."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from checkpoints import make
from waiting import PATIENCE, until

from audit.live import LiveClient
from audit.live.client import LiveError
from audit.records import Attribution, IdentityOutcome, from_dict

TEXT = "The film was a quiet delight from start to finish."
LONG = " ".join([TEXT] * 4)
SLOW = {"shapley": {"permutations": 1_000_000}}


@pytest.fixture(scope="module")
def client():
    made = LiveClient()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _folders(monkeypatch: pytest.MonkeyPatch, tiny_bert_dir: Path):
    monkeypatch.setenv("ASSAY_MODEL_FOLDERS", str(tiny_bert_dir.parent))


def test_predictions_equal_those_of_the_loaded_model(client, tiny_bert_dir, tiny_bert):
    answer = client.ask("predict", model=str(tiny_bert_dir), texts=[TEXT, "Nothing works."]).wait(PATIENCE)
    assert answer["labels"] == ["red", "green", "blue"]
    expected = tiny_bert.predict_proba([TEXT, "Nothing works."])
    assert answer["probs"] == [pytest.approx(row, abs=1e-5) for row in expected.tolist()]
    assert answer["kept"] == answer["tokens"]


def test_explanations_come_as_parts_and_are_records(client, tiny_bert_dir):
    answer = client.ask(
        "explain", model=str(tiny_bert_dir), text=TEXT, methods=["saliency", "leave_one_out"], target="blue"
    )
    assert answer.wait(PATIENCE)["made"] == 2
    records = [from_dict(Attribution, part["record"]) for part in answer.parts]
    assert [r.name for r in records] == ["saliency", "leave_one_out"]
    assert {r.target for r in records} == {"blue"}
    assert all(TEXT[w.start : w.end] == w.text for r in records for w in r.words)


def test_a_text_is_said_of_all_other_groups(client, tiny_bert_dir):
    found = client.ask("swaps", model=str(tiny_bert_dir), text="A Muslim woman came.").wait(PATIENCE)
    outcome = from_dict(IdentityOutcome, found["outcome"])
    assert {v.dimension: sum(w.dimension == v.dimension for w in outcome.versions) for v in outcome.versions} == {
        "gender": 1, "religion": 5,
    }  # fmt: skip
    assert all(len(v.probs) == len(found["labels"]) for v in outcome.versions)
    nobody = client.ask("swaps", model=str(tiny_bert_dir), text="The room was quiet.").wait(PATIENCE)
    assert len({v["dimension"] for v in nobody["outcome"]["versions"]}) == 10


def test_a_counterfactual_is_verified_by_the_model(client, tiny_bert_dir):
    found = client.ask("counterfactual", model=str(tiny_bert_dir), text=TEXT).wait(PATIENCE)
    before, after = found["before"], found["after"]
    assert found["flips"] == (before.index(max(before)) != after.index(max(after)))
    if found["flips"]:
        assert found["verified"]
        assert found["said"] == found["labels"][after.index(max(after))]
    assert all(TEXT[w["start"] : w["end"]] == w["text"] for w in found["words"])


def test_methods_say_why_they_cannot_be_used(client, tiny_bert_dir):
    found = client.ask("methods", model=str(tiny_bert_dir)).wait(PATIENCE)
    assert found["explainer"]["integrated_gradients"] is None


def test_errors_are_sentences(client, tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(LiveError, match="outside the folders"):
        client.ask("facts", model=str(tmp_path)).wait(PATIENCE)
    with pytest.raises(LiveError, match=r"no-such-model"):
        client.ask("predict", model="no-such-model", texts=["a"]).wait(PATIENCE)


@pytest.mark.slow
def test_a_question_can_be_taken_back(client, tiny_bert_dir):
    slow = client.ask("explain", model=str(tiny_bert_dir), text=LONG, methods=["saliency", "shapley"], parameters=SLOW)
    until(lambda: slow.parts, "the first method")
    slow.cancel()
    with pytest.raises(LiveError, match="Stopped"):
        slow.wait(PATIENCE)


def test_one_whose_turn_has_not_come_is_taken_back_at_once(client, tiny_bert_dir):
    slow = client.ask("explain", model=str(tiny_bert_dir), text=LONG, methods=["shapley"], parameters=SLOW)
    waiting = client.ask("explain", model=str(tiny_bert_dir), text=TEXT, methods=["saliency"])
    waiting.cancel()
    with pytest.raises(LiveError, match="Stopped"):
        waiting.wait(PATIENCE)
    assert not slow.done
    slow.cancel()
    with pytest.raises(LiveError, match="Stopped"):
        slow.wait(PATIENCE)


@pytest.mark.slow
def test_a_child_that_dies_settles_its_questions_and_comes_back(client, tiny_bert_dir):
    client.ask("predict", model=str(tiny_bert_dir), texts=[TEXT]).wait(PATIENCE)
    slow = client.ask("explain", model=str(tiny_bert_dir), text=LONG, methods=["shapley"], parameters=SLOW)
    os.kill(client.pid, signal.SIGKILL)
    with pytest.raises(LiveError, match="stopped before it could answer"):
        slow.wait(PATIENCE)
    assert client.ask("predict", model=str(tiny_bert_dir), texts=[TEXT]).wait(PATIENCE)["labels"]


def test_a_child_that_is_stopped_is_replaced_and_everybody_is_answered(client, tiny_bert_dir):
    client.ask("predict", model=str(tiny_bert_dir), texts=[TEXT]).wait(PATIENCE)
    first = client.pid
    os.kill(first, signal.SIGSTOP)
    asked = [client.ask("predict", model=str(tiny_bert_dir), texts=[TEXT]) for _ in range(2)]
    assert all(answer.wait(PATIENCE)["labels"] for answer in asked)
    assert client.pid != first


def test_a_panic_of_the_tokenizer_is_an_answer_and_the_next_question_has_one(tmp_path, monkeypatch):
    """After a beginning that no trial thinks of, the pattern backtracks without end: the Rust code gives up with a panic."""
    monkeypatch.setenv("ASSAY_MODEL_FOLDERS", str(tmp_path))
    folder = make(tmp_path / "panics", "bert", "softmax")
    file = folder / "tokenizer.json"
    tokenizer = json.loads(file.read_text())
    tokenizer["pre_tokenizer"] = {
        "type": "Split", "pattern": {"Regex": r"[ა-ჰ]\d[ა-ჰ]\d(?:a|aa)+$"}, "behavior": "Isolated", "invert": False
    }  # fmt: skip
    file.write_text(json.dumps(tokenizer))
    own = LiveClient()  # the folders are told to the child when it starts
    try:
        assert own.ask("predict", model=str(folder), texts=["b"]).wait(PATIENCE)["labels"]
        pid = own.pid
        with pytest.raises(LiveError, match="tokenizer broke down on this text"):
            own.ask("predict", model=str(folder), texts=["ბ1გ2" + "a" * 60 + "!"]).wait(PATIENCE)
        assert own.ask("predict", model=str(folder), texts=["b"]).wait(PATIENCE)["labels"]
        assert own.pid == pid
    finally:
        own.close()


def test_long_texts_are_refused_by_the_child_itself(client, tiny_bert_dir):
    for action, arguments in (
        ("predict", {"texts": ["short", "x" * 50_001]}),
        ("facts", {"text": "x" * 50_001}),
        ("explain", {"text": "short", "pair": "x" * 50_001, "methods": ["saliency"]}),
        ("counterfactual", {"text": "x" * 50_001}),
        ("attack", {"text": "x" * 50_001, "recipe": "deepwordbug"}),
    ):
        with pytest.raises(LiveError, match="50,001 characters"):
            client.ask(action, model=str(tiny_bert_dir), **arguments).wait(PATIENCE)
    longest = client.ask("lengths", model=str(tiny_bert_dir), texts=["a b " * 100_000, TEXT]).wait(PATIENCE)
    assert longest["kept"][0] < longest["tokens"][0]
    assert longest["kept"][1] == longest["tokens"][1]


def test_nothing_is_left_of_it_when_its_server_is_killed(tiny_bert_dir):
    code = (
        "import os, signal, sys, time; from audit.live import LiveClient; client = LiveClient()\n"
        "client.ask('predict', model=sys.argv[1], texts=['a']).wait()\n"
        "if len(sys.argv) > 2: os.kill(client.pid, signal.SIGSTOP)\n"
        "print(client.pid, flush=True); time.sleep(9999)"
    )
    stopped = ["stopped"] if sys.platform.startswith("linux") else []
    for more in ([], stopped):
        with subprocess.Popen(
            [sys.executable, "-c", code, str(tiny_bert_dir), *more], stdout=subprocess.PIPE, text=True
        ) as server:
            pid = int(server.stdout.readline())
            server.kill()
        until(lambda pid=pid: gone(pid), "the child's end")


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"  # nobody's to bury here


def test_the_client_loads_no_engine():
    code = "import sys, audit.live; print(sorted({'torch', 'transformers', 'captum', 'textattack'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("action", "arguments", "said"),
    [
        ("predict", {"model": 5, "texts": ["a"]}, "model"),
        ("predict", {"model": "m", "texts": "a"}, "texts"),
        ("predict", {"model": "m", "texts": ["a", None]}, r"texts\.1"),
        ("predict", {"model": "m", "texts": ["a"], "colour": "red"}, "colour"),
        ("explain", {"model": "m", "text": "a", "methods": [1]}, r"methods\.0"),
        ("counterfactual", {"model": "m", "text": "a", "removal": "burn"}, "removal"),
        ("attack", {"model": "m", "text": {"a": 1}, "recipe": "pwws"}, "text"),
        ("attack", {"model": "m", "text": "half \ud800", "recipe": "pwws"}, "half a character"),
        ("predict", {"model": "m", "texts": ["half \udfff"]}, "half a character"),
        ("sing", {}, "no question 'sing'"),
    ],
)
def test_a_question_of_the_wrong_kind_is_refused_in_one_sentence(client, action, arguments, said):
    with pytest.raises(LiveError, match=said) as caught:
        client.ask(action, **arguments).wait(PATIENCE)
    assert "Error" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_second_session_is_answered_while_the_first_explains_a_long_text(client, tiny_bert_dir):
    first = client.ask(
        "explain", session="first", model=str(tiny_bert_dir), text=LONG, methods=["shapley"],
        parameters={"shapley": {"permutations": 10_000}},
    )  # fmt: skip
    until(lambda: first.steps is not None or first.done, "its first steps")
    asked = [
        client.ask("predict", session="second", model=str(tiny_bert_dir), texts=[TEXT]),
        client.ask("explain", session="second", model=str(tiny_bert_dir), text=TEXT, methods=["leave_one_out"]),
    ]
    for answer in asked:
        answer.wait(PATIENCE)
    assert not first.done
    done, of = first.steps
    assert 0 <= done < of
    first.cancel()
    until(lambda: first.done, "its end")
    assert first.stopped
    assert not asked[0].stopped


@pytest.mark.slow
def test_what_waits_knows_its_place(client, tiny_bert_dir):
    own = {"session": "one", "model": str(tiny_bert_dir), "text": LONG, "methods": ["shapley"]}
    first, second, third = (client.ask("explain", **own, parameters=SLOW) for _ in range(3))
    until(lambda: third.before == 2, "its place")
    assert second.before == 1
    first.cancel()
    until(lambda: third.before == 1, "its next place")
    for answer in (second, third):
        answer.cancel()
