"""A model is tried once at load: state, batching, limits, the layer that looks ids up; what was found is kept."""

import copy
import json
import threading

import numpy as np
import pytest
import torch
import zoo
from checkpoints import edit_json
from matrix import Plain

import models.huggingface
import models.trials
from audit.explain.leave_one_out import LeaveOneOut
from audit.explain.saliency import Saliency
from models import load
from models.errors import TextError
from models.state import State
from models.trial_results import Findings, keep_findings, load_findings

SHORT, LONG = "dull and cold", "The film was a quiet delight from start to finish, and nobody answers the phone. " * 3


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def animal(tmp_path_factory):
    """`animal(name)`: the folder of a model of the zoo, made once."""
    made = {}

    def get(name):
        if name not in made:
            made[name] = zoo.make(tmp_path_factory.mktemp("zoo") / "model", name)
        return made[name]

    return get


def test_a_model_that_changes_for_good_at_a_short_text_answers_as_if_it_had_just_been_loaded(animal):
    folder = animal("BigBird")
    classifier = load(str(folder))
    right = Plain(folder, classifier.max_tokens, hide_pad=False).probabilities([LONG, SHORT])
    stuck = Plain(folder, classifier.max_tokens, hide_pad=False)
    with torch.no_grad():
        stuck.module(**stuck.ids(SHORT))
        after = stuck.module(**stuck.ids(LONG)).logits[0].softmax(-1).numpy()
    assert np.abs(after - right[0]).max() > 1e-3, "plain transformers forgets here: the test would prove nothing"
    for texts, which in (([LONG], [0]), ([SHORT, LONG], [1, 0]), ([LONG, SHORT, LONG], [0, 1, 0])):
        np.testing.assert_allclose(classifier.predict_proba(texts), right[which], atol=1e-5)
    before = torch.get_rng_state()
    classifier.predict_proba([SHORT])
    assert torch.equal(before, torch.get_rng_state())
    assert "before every forward pass" in " ".join(classifier.findings.mended())


def test_what_was_found_is_kept_and_a_damaged_note_is_made_anew(tiny_bert_dir, tmp_path, monkeypatch):
    first = load(str(tiny_bert_dir)).findings
    [note] = (tmp_path / "cache" / "trials").glob("*.json")  # the mark of the tokenizer lies beside it
    monkeypatch.setattr(models.trials, "try_model", lambda classifier: pytest.fail("tried again"))
    assert load(str(tiny_bert_dir)).findings == first
    monkeypatch.undo()
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))
    for damage in ("{", "{}", json.dumps(json.loads(note.read_text()) | {"batching": "any"}), "[]"):
        note.write_text(damage)
        assert load(str(tiny_bert_dir)).findings == first
    note.write_text(json.dumps(json.loads(note.read_text()) | {"embedding": "no.such.layer"}))
    assert load(str(tiny_bert_dir)).findings == first


def test_findings_come_back_as_they_were_kept():
    kept = Findings("equal", True, True, 17, "a.layer", True, {"gradients": "because"}, None)
    keep_findings("f" * 64, kept)
    assert load_findings("f" * 64) == kept
    assert load_findings("e" * 64) is None


def test_a_head_that_says_the_same_of_every_text_takes_nothing_away(animal, tmp_path):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = animal("ELECTRA")
    module = AutoModelForSequenceClassification.from_pretrained(folder)
    with torch.no_grad():
        module.classifier.out_proj.weight.zero_()
    module.save_pretrained(tmp_path / "constant")
    AutoTokenizer.from_pretrained(folder).save_pretrained(tmp_path / "constant")
    found = load(str(tmp_path / "constant")).findings
    assert (found.batching, found.fresh, dict(found.absent)) == ("padded", False, {})


def test_the_limit_is_where_the_position_table_ends_whatever_the_files_say(tiny_bert_dir, monkeypatch):
    monkeypatch.setattr(models.huggingface, "longest_input", lambda module, tokenizer: 90)
    classifier = load(str(tiny_bert_dir))
    assert classifier.max_tokens == classifier.module.config.max_position_embeddings == 64
    assert np.isfinite(classifier.predict_proba([LONG * 5])).all()


@pytest.mark.parametrize(("name", "scale"), [("Gemma 3 (text)", 32**0.5), ("BioGPT", 32**0.5), ("Gemma", 1.0)])
def test_vectors_of_words_are_what_the_layer_gives(animal, name, scale):
    classifier = load(str(animal(name)))
    weight = classifier.module.get_input_embeddings().weight
    np.testing.assert_allclose(classifier.embedding_matrix.numpy(), (weight * scale).detach().numpy(), rtol=1e-5)
    ids = torch.tensor([[5, 6, 7]])
    np.testing.assert_array_equal(classifier.embed(ids)[0].numpy(), classifier.embedding_matrix[5:8].numpy())


def test_steps_inside_the_model_are_no_gradients(animal, tmp_path):
    """I-BERT in integer arithmetic passes gradients on as if it did not round."""
    import shutil

    folder = shutil.copytree(animal("I-BERT"), tmp_path / "quantised")
    edit_json(folder / "config.json", quant_mode=True)
    classifier = load(str(folder))
    assert not classifier.capabilities.gradients
    assert Saliency().unavailable(classifier)


def test_methods_say_why_they_cannot(animal):
    classifier = load(str(animal("T5")))
    assert "reads the token ids by another way" in Saliency().unavailable(classifier)
    assert LeaveOneOut().unavailable(classifier) is None  # its tokenizer has an unknown word
    classifier.special = models.huggingface.SpecialIds(None, None, 1, classifier.special.all)
    assert "neither a mask nor an unknown word" in LeaveOneOut().unavailable(classifier)
    assert LeaveOneOut(removal="delete").unavailable(classifier) is None


def test_a_pair_is_refused_with_the_reason(animal):
    classifier = load(str(animal("Qwen2")))
    with pytest.raises(TextError, match="nothing between them"):
        classifier.encode_rows([("one", "two")])


def test_a_panic_of_the_tokenizer_is_an_error_of_ours(tiny_bert_dir, monkeypatch):
    class PanicException(BaseException):
        """Rust's, as pyo3 raises it."""

    def panic(*_args, **_options):
        raise PanicException("index out of bounds: the len is 3 but the index is 7")

    classifier = load(str(tiny_bert_dir))
    monkeypatch.setattr(classifier, "tokenizer", panic)
    with pytest.raises(TextError, match="broke down on this text"):
        classifier.predict_proba(["a text"])


def test_an_export_takes_over_only_where_it_agrees_on_every_trial(animal):
    for name, engine in (("MobileBERT", "onnx"), ("BigBird", "torch"), ("BART", None)):
        folder = animal(name)
        classifier = load(str(folder), engine="auto")
        assert engine in (None, classifier.engine)
        texts = [SHORT, LONG, "waiting </s> for </s> it", "x"]
        np.testing.assert_allclose(classifier.predict_proba(texts), load(str(folder)).predict_proba(texts), atol=1e-5)


def test_embeddings_of_one_thread_do_not_reach_another(tiny_bert):
    row = tiny_bert.encode([SHORT])[0].row
    batch = tiny_bert.collate([row])
    expected = tiny_bert.logits([row])
    stop, found = threading.Event(), []

    def explain():
        while not stop.is_set():
            tiny_bert.forward_embeddings(batch, torch.zeros_like(tiny_bert.embed(batch["input_ids"])))

    thread = threading.Thread(target=explain)
    thread.start()
    for _ in range(40):
        found.append(tiny_bert.logits([row]))
    stop.set()
    thread.join()
    np.testing.assert_allclose(np.concatenate(found), np.repeat(expected, 40, axis=0), atol=1e-6)


class Moody(torch.nn.Module):
    """Remembers what it was asked, in every way a module can."""

    def __init__(self):
        super().__init__()
        self.part = torch.nn.Linear(2, 2)
        self.mood = "calm"
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, x):
        self.mood, self.cache = "cross", x
        self.part = torch.nn.Linear(2, 2)
        self.seen += 1
        return self.part(x)


def test_state_is_put_back():
    module = Moody()
    before = copy.deepcopy(module.state_dict())
    state = State(module)
    assert not state.switched()
    assert not state.parts_replaced()
    for _ in range(2):
        module(torch.ones(1, 2))
        assert state.switched()
        assert state.parts_replaced()
        state.restore()
        assert (module.mood, hasattr(module, "cache")) == ("calm", False)
        assert not state.switched()
        assert not state.parts_replaced()
        for name, tensor in module.state_dict().items():
            torch.testing.assert_close(tensor, before[name])


def test_hooks_are_no_state():
    module = Moody()
    state = State(module)
    handle = module.register_forward_hook(lambda *_: None)
    state.restore()
    assert len(module._forward_hooks) == 1
    handle.remove()
