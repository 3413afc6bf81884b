"""The interactive process: answers, parts, errors, cancelling, dying and coming back; and no torch on this side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from audit.inference import InferenceClient
from audit.inference.client import InferenceError
from audit.records import Attribution, from_dict

TEXT = "The film was a quiet delight from start to finish."


@pytest.fixture(scope="module")
def client():
    made = InferenceClient()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _folders(monkeypatch: pytest.MonkeyPatch, tiny_bert_dir: Path):
    monkeypatch.setenv("ASSAY_MODEL_FOLDERS", str(tiny_bert_dir.parent))


def test_predictions_equal_those_of_the_loaded_model(client, tiny_bert_dir, tiny_bert):
    answer = client.ask("predict", model=str(tiny_bert_dir), texts=[TEXT, "Nothing works."]).wait(60)
    assert answer["labels"] == ["red", "green", "blue"]
    expected = tiny_bert.predict_proba([TEXT, "Nothing works."])
    assert answer["probs"] == [pytest.approx(row, abs=1e-5) for row in expected.tolist()]
    assert answer["kept"] == answer["tokens"]


def test_explanations_come_as_parts_and_are_records(client, tiny_bert_dir):
    answer = client.ask(
        "explain", model=str(tiny_bert_dir), text=TEXT, methods=["saliency", "leave_one_out"], target="blue"
    )
    assert answer.wait(60)["made"] == 2
    records = [from_dict(Attribution, part["record"]) for part in answer.parts]
    assert [r.method for r in records] == ["saliency", "leave_one_out"]
    assert {r.target for r in records} == {"blue"}
    assert all(TEXT[w.start : w.end] == w.text for r in records for w in r.words)


def test_a_counterfactual_is_verified_by_the_model(client, tiny_bert_dir):
    found = client.ask("counterfactual", model=str(tiny_bert_dir), text=TEXT).wait(60)
    before, after = found["before"], found["after"]
    assert found["flips"] == (before.index(max(before)) != after.index(max(after)))
    if found["flips"]:
        assert found["verified"]
        assert found["said"] == found["labels"][after.index(max(after))]
    assert all(TEXT[w["start"] : w["end"]] == w["text"] for w in found["words"])


def test_methods_say_why_they_cannot_be_used(client, tiny_bert_dir):
    found = client.ask("methods", model=str(tiny_bert_dir)).wait(60)
    assert found["explainer"]["integrated_gradients"] is None


def test_errors_are_sentences(client, tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(InferenceError, match="outside the folders"):
        client.ask("facts", model=str(tmp_path)).wait(60)
    with pytest.raises(InferenceError, match=r"no-such-model"):
        client.ask("predict", model="no-such-model", texts=["a"]).wait(60)


def test_a_question_can_be_taken_back(client, tiny_bert_dir):
    slow = client.ask(
        "explain", model=str(tiny_bert_dir), text=" ".join([TEXT] * 4), methods=["shapley"],
        parameters={"shapley": {"permutations": 1_500}},
    )  # fmt: skip
    time.sleep(0.5)
    slow.cancel()
    with pytest.raises(InferenceError, match="Stopped"):
        slow.wait(30)


def test_a_child_that_dies_settles_its_questions_and_comes_back(client, tiny_bert_dir):
    client.ask("predict", model=str(tiny_bert_dir), texts=[TEXT]).wait(60)
    slow = client.ask(
        "explain", model=str(tiny_bert_dir), text=" ".join([TEXT] * 4), methods=["shapley"],
        parameters={"shapley": {"permutations": 1_500}},
    )  # fmt: skip
    os.kill(client._process.pid, signal.SIGKILL)
    with pytest.raises(InferenceError, match="stopped before it could answer"):
        slow.wait(30)
    assert client.ask("predict", model=str(tiny_bert_dir), texts=[TEXT]).wait(60)["labels"]


def test_the_client_loads_no_engine():
    code = "import sys, audit.inference; print(sorted({'torch', 'transformers', 'captum', 'textattack'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
