"""Rows, a small real classifier and the provisioned resources for the tests of attacks."""

from __future__ import annotations

import pytest
from attack_rows import TEXTS, example

from audit.records import Example

STANDARD = ("stopwords", "wordnet", "tagger", "vectors", "encoder", "language-model", "homoglyphs", "gazetteer")


@pytest.fixture(scope="session", autouse=True)
def _provisioned():
    """The standard resources, as `make setup` leaves them."""
    from audit.resources import missing

    lacking = missing(STANDARD)
    if lacking:
        pytest.skip(f"resources not provisioned: {', '.join(lacking)}; run: python -m audit resources get --standard")
    from audit.attack import provision

    provision()


@pytest.fixture(scope="session")
def classifier(tmp_path_factory: pytest.TempPathFactory):
    """A tiny sentiment model with a real vocabulary."""
    from small_sentiment import make

    from models.loading import load

    return load(make(tmp_path_factory.mktemp("small") / "sentiment"), device="cpu", threads=1)


@pytest.fixture(scope="session")
def rows(classifier) -> list[Example]:
    """Ten sentences labelled as the model sees them, but for the last, which it has wrong."""
    probs = classifier.predict_proba(TEXTS)
    labels = [classifier.predicted_label(p) for p in probs]
    labels[-1] = next(name for name in classifier.labels if name != labels[-1])
    return [example(text, label) for text, label in zip(TEXTS, labels, strict=True)]
