"""Training: learns, repeats under a seed, keeps the best on Ctrl-C, writes a card, names what is wrong with the data."""

import csv
import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from adapted import BODIES, answers, make_base
from checkpoints import make
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from typer.testing import CliRunner

from models import load
from models.errors import TrainingError
from models.trained_on import opened, trained_on
from models.training import _Keeper, train
from models.training_data import LabelledTexts, read_labels, read_texts, stratified_split
from models.training_settings import TrainingSettings

GOOD = ["great film", "friendly staff", "a fair price", "a quiet delight", "great service", "we loved the staff"]
BAD = ["dull film", "cold soup", "nothing works", "a silly sequel", "nobody answers", "tasteless and dull"]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make(tmp_path_factory.mktemp("base") / "bert", "bert")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "train.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows([(text, "good") for text in GOOD * 3] + [(text, "bad") for text in BAD * 3])
    return path


def run(*arguments):
    from models.__main__ import app

    return CliRunner().invoke(app, ["train", *map(str, arguments)])


def data(copies=3):
    texts = tuple(GOOD * copies + BAD * copies)
    return LabelledTexts(texts, tuple([1] * (len(texts) // 2) + [0] * (len(texts) // 2)), "memory", "")


@pytest.mark.parametrize("method", ["lora", "full"])
def test_trained_from_the_terminal_and_loaded_again(tmp_path, table, base, method):
    out = tmp_path / "out"
    rate = "2e-2" if method == "lora" else "5e-3"
    result = run(
        "--csv", table, "--base", base, "--method", method, "--out", out, "--epochs", 12, "--learning-rate", rate,
        "--patience", 12, "--batch-size", 8, "--test-csv", table, "--data-licence", "own", "--threads", 1,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "Wilson" in result.output
    assert "precision" in result.output
    card = json.loads((out / "card.json").read_text())
    assert card["labels"] == ["bad", "good"]
    assert card["data"]["licence"] == "own"
    assert card["data"]["training"]["rows"] + card["data"]["evaluation"]["rows"] == 36
    named = trained_on(card)
    assert (named.name, named.rows, dict(named.columns)) == ("train.csv", 36, {"text": "text", "label": "label"})
    assert str(tmp_path) not in json.dumps({**card, "command": "", "settings": ""})
    with opened(named, None) as (file, _):
        assert file.read() == table.read_bytes()
    assert card["versions"]["torch"]
    assert card["settings"]["method"] == method
    assert any(name.endswith(".safetensors") for name in card["files"])
    accuracy = card["metrics"]["test"]["accuracy"]
    assert accuracy["low"] < accuracy["value"] <= accuracy["high"]
    assert accuracy["value"] > 0.9
    classifier = load(str(out))
    assert classifier.labels == ("bad", "good")
    predicted = classifier.predict_proba(GOOD + BAD).argmax(axis=1)
    assert (predicted == [1] * 6 + [0] * 6).mean() > 0.9
    again = run("--csv", table, "--base", base, "--out", out)
    assert isinstance(again.exception, TrainingError)
    assert "not empty" in str(again.exception)


def weights(seed, base, **changes):
    settings = TrainingSettings(
        base=str(base), epochs=2, batch_size=8, learning_rate=1e-2, seed=seed, threads=1, **changes
    )
    trained = train(data(), data(1), ["bad", "good"], settings)
    return {
        name: p.detach().numpy().copy() for name, p in trained.trainee.module.named_parameters() if p.requires_grad
    }, trained


def test_the_same_seed_gives_the_same_weights(base):
    first, _ = weights(3, base)
    second, _ = weights(3, base)
    other, _ = weights(4, base)
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert any(not np.array_equal(first[name], other[name]) for name in first)


def test_the_running_average_is_what_is_kept(base):
    plain, _ = weights(3, base)
    followed, _ = weights(3, base, average=0.0)  # no memory: the weights of the last step
    averaged, _ = weights(3, base, average=0.9)
    assert all(np.array_equal(plain[name], followed[name]) for name in plain)
    moved = [name for name in plain if not np.allclose(plain[name], averaged[name], rtol=0, atol=1e-4)]
    assert moved


def test_the_running_average_leaves_the_learning_weights_alone(base):
    module = torch.nn.Linear(2, 2)
    keeper = _Keeper(SimpleNamespace(module=module), data(1), TrainingSettings(average=0.5), None)
    values = [1.0, 3.0, 7.0]
    for step, value in enumerate(values, start=1):
        torch.nn.init.constant_(module.weight, value)
        keeper.follow(step)
    decays = [min(0.5, step / (step + 10)) for step in (2, 3)]
    expected = values[0]
    for decay, value in zip(decays, values[1:], strict=True):
        expected = decay * expected + (1 - decay) * value
    with keeper._averaged():
        assert torch.allclose(module.weight, torch.full((2, 2), expected))
    assert torch.equal(module.weight, torch.full((2, 2), 7.0))


def test_accumulated_batches_make_fewer_steps(base):
    _, plain = weights(0, base)
    _, gathered = weights(0, base, accumulate=2)
    assert plain.history[-1]["step"] == 10
    assert gathered.history[-1]["step"] == 6


def test_ctrl_c_keeps_the_best_so_far(base):
    def interrupt(progress):
        if progress.step == 7:
            raise KeyboardInterrupt

    settings = TrainingSettings(
        base=str(base), epochs=50, batch_size=8, learning_rate=1e-2, threads=1, evaluations=5, patience=99
    )
    trained = train(data(), data(1), ["bad", "good"], settings, report=interrupt)
    assert trained.stopped == "interrupted"
    assert 1 <= trained.best_step <= 7
    best = max(trained.history, key=lambda point: (point["accuracy"], -point["loss"]))
    assert (best["step"], best["accuracy"]) == (trained.best_step, trained.best_accuracy)


def test_it_stops_early_without_gain(base):
    settings = TrainingSettings(base=str(base), epochs=40, batch_size=8, learning_rate=0.0, threads=1, patience=2)
    trained = train(data(), data(1), ["bad", "good"], settings)
    assert trained.stopped == "early"
    assert len(trained.history) == 3


def test_class_weights_lift_the_rare_class(base):
    texts = tuple(GOOD * 8 + BAD[:2])
    skewed = LabelledTexts(texts, tuple([1] * 48 + [0] * 2), "memory", "")
    rare = LabelledTexts(tuple(BAD), (0,) * 6, "memory", "")

    def share_of_rare(weighted):
        settings = TrainingSettings(
            base=str(base), epochs=3, batch_size=10, learning_rate=1e-2, threads=1, class_weights=weighted
        )
        return train(skewed, rare, ["bad", "good"], settings).history[-1]["loss"]

    assert share_of_rare(True) < share_of_rare(False)


def test_tensorboard_logs_on_request(base, tmp_path):
    settings = TrainingSettings(base=str(base), epochs=1, batch_size=8, threads=1)
    train(data(), data(1), ["bad", "good"], settings, log_folder=tmp_path / "logs")
    assert any(path.stat().st_size > 0 for path in (tmp_path / "logs").iterdir())


def test_logs_without_tensorboard_are_refused_before_anything_is_learnt(base, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)  # as where tensorboard is not installed
    settings = TrainingSettings(base=str(base), epochs=1, batch_size=8, threads=1)
    with pytest.raises(TrainingError, match="pip install tensorboard"):
        train(data(), data(1), ["bad", "good"], settings, log_folder=tmp_path / "logs")
    assert not (tmp_path / "logs").exists()


def test_the_split_is_stratified_and_seeded():
    rest, aside = stratified_split(data(10), 0.2, 1)
    assert len(aside) == 24
    assert sum(aside.targets) == 12
    assert len(rest) + len(aside) == 120
    assert stratified_split(data(10), 0.2, 1)[1].texts == aside.texts
    assert stratified_split(data(10), 0.2, 2)[1].texts != aside.texts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("text,label\nhello,a\n", "needs two or more"),
        ("words,label\nhello,a\nhi,b\n", "no column 'text'"),
        ("text,label\nfine,Good\nhi,good\n", "'Good' and 'good' differ in case alone"),
        ("text,label\n,a\nx,b\n", "row 2: the text is empty"),
        ("text,label\nx\ny,b\n", "number of cells"),
        ('text,label\n"x,b\n', "not a UTF-8 CSV"),
        ("", "no column 'label'"),
    ],
)
def test_faults_of_the_data_are_named(tmp_path, text, words):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(TrainingError, match=words):
        read_texts(path, "text", "label", read_labels(path, "label"))


def test_a_label_of_the_evaluation_that_was_not_learned(tmp_path, table):
    other = tmp_path / "eval.csv"
    other.write_text("text,label\nfine,neutral\n")
    with pytest.raises(TrainingError, match=r"eval\.csv, row 2: label 'neutral'"):
        read_texts(other, "text", "label", read_labels(table, "label"))


@pytest.mark.filterwarnings("ignore::UserWarning:peft", "ignore::UserWarning:transformers")
@pytest.mark.parametrize("method", ["lora", "full"])
@pytest.mark.parametrize("architecture", BODIES)
def test_what_was_trained_is_what_is_loaded_over_every_base_of_the_hub(architecture, method, tmp_path, table):
    base = make_base(tmp_path / "base", architecture)
    settings = TrainingSettings(
        base=str(base), method=method, epochs=2, batch_size=8, learning_rate=1e-2 if method == "lora" else 1e-3, threads=1,
        lora_rank=4,
    )  # fmt: skip
    trained = train(data(), data(1), ["bad", "good"], settings)
    out = tmp_path / "out"
    trained.trainee.save(out)
    tokenizer = AutoTokenizer.from_pretrained(base)
    expected = np.stack(answers(trained.trainee.classifier.module, tokenizer, GOOD + BAD))
    first, second = load(str(out)), load(str(out))
    np.testing.assert_allclose(first.predict_proba(GOOD + BAD), expected, atol=1e-5)
    assert (first.predict_proba(GOOD + BAD) == second.predict_proba(GOOD + BAD)).all()
    assert first.fingerprint == second.fingerprint
    if method == "lora":
        assert_peft_agrees(out, base, tokenizer, expected)
    else:
        config = json.loads((out / "config.json").read_text())
        assert config["architectures"][0].endswith("ForSequenceClassification")
        assert config.get("pad_token_id", tokenizer.pad_token_id) == tokenizer.pad_token_id


def assert_peft_agrees(out, base, tokenizer, expected):
    """Whoever loads the adapter with peft alone gets the same answers: nothing but its files is needed."""
    from peft import PeftModel

    torch.manual_seed(99)  # parts that were not saved would be drawn otherwise
    plain = AutoModelForSequenceClassification.from_pretrained(base, num_labels=2)
    adapted = PeftModel.from_pretrained(plain, out).eval()
    np.testing.assert_allclose(np.stack(answers(adapted, tokenizer, GOOD + BAD)), expected, atol=1e-5)
