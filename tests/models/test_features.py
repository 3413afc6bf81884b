"""What the last layer is given: by it and the layer's weights the answers follow, in every architecture."""

import numpy as np
import pytest
import zoo
from checkpoints import ARCHITECTURES, HEADS
from word_bags import WordBag

from models import load

TEXTS = ["The film was a quiet delight from start to finish.", "dull", "Nobody complained, not even my uncle."]
NONE: set[str] = set()
REFUSED = {"CANINE", "Reformer"}
LABELS = {"sigmoid": ["no", "yes"]}


def answers_of(classifier, features):
    """What the last layer makes of features, (n, outputs)."""
    layer = classifier.module.get_submodule(classifier._last.name)
    bias = 0.0 if layer.bias is None else layer.bias.detach().numpy()
    return features @ layer.weight.detach().numpy().T + bias


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_answers_follow_from_features(checkpoint, architecture, head):
    classifier = load(str(checkpoint(architecture, head)), labels=LABELS.get(head))
    rows, _ = classifier.encode_rows(TEXTS)
    features = classifier.features(rows)
    raw = answers_of(classifier, features)
    found = raw if head != "sigmoid" else np.concatenate([-raw, raw], axis=1)
    np.testing.assert_allclose(found, classifier.logits(rows), atol=1e-4)
    alone = np.concatenate([classifier.features([row]) for row in rows])
    np.testing.assert_allclose(features, alone, atol=1e-4)
    assert np.abs(features[0] - features[1]).max() > 1e-3


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(set(zoo.ZOO) - REFUSED))
def test_of_every_other_architecture_they_follow_too_or_it_says_that_it_has_none(name, tmp_path):
    classifier = load(str(zoo.make(tmp_path / "model", name)))
    rows, _ = classifier.encode_rows(TEXTS)
    if name in NONE:
        with pytest.raises(NotImplementedError, match="no linear layer at its end"):
            classifier.features([])
        return
    np.testing.assert_allclose(answers_of(classifier, classifier.features(rows)), classifier.logits(rows), atol=1e-4)


def test_features_are_of_torch_whichever_engine_answers():
    fast, plain = load("sentiment", engine="onnx"), load("sentiment", engine="torch")
    rows, _ = fast.encode_rows(TEXTS)
    np.testing.assert_array_equal(fast.features(rows), plain.features(rows))
    assert fast.features([]).shape == (0, 384)


def test_a_model_that_shows_only_answers_says_so():
    with pytest.raises(NotImplementedError, match="nothing of a text but its answer"):
        WordBag(["a", "b"], {}).features([])
