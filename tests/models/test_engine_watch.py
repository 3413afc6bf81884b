"""Whoever waits for a model is told before each batch, whichever engine runs it, and may stop it there."""

import pytest

from models.onnx_engine import onnx_engine


@pytest.fixture(params=["torch", "onnx"])
def classifier(request, checkpoint):
    from models import load

    made = load(str(checkpoint("bert")))
    if request.param == "onnx":
        engine = onnx_engine(made)
        assert engine is not None
        made.use_engine(engine)
    return made


def test_each_batch_is_announced_with_its_rows(classifier):
    seen = []
    with classifier.on_forward(seen.append):
        classifier.predict_proba(["one text", "another text", "a third"])
    assert sum(seen) == 3
    classifier.predict_proba(["nobody watches any more"])
    assert sum(seen) == 3


def test_the_watcher_may_stop_the_work(classifier):
    def stop(_rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), classifier.on_forward(stop):
        classifier.predict_proba(["one text"])
    assert classifier.predict_proba(["one text"]).shape[0] == 1
