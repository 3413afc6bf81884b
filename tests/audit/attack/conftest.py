"""Rows, a small real classifier and the provisioned resources for the tests of attacks."""

from __future__ import annotations

import hashlib

import pytest

from audit.records import Example

TEXTS = [
    "The film was a quiet delight from start to finish.",
    "I waited forty minutes for a cold, tasteless soup!",
    "An overlong, dull and rather silly sequel with two good jokes.",
    "Great service, friendly staff and a fair price for the dinner.",
    "Nothing works as promised, and nobody answers the phone.",
    "She plays the angry widow with great warmth and careful timing.",
    "The plot is thin, but the songs carry it happily along.",
    "It takes a strange turn in the middle and never recovers from it.",
    "My card payment hasn't gone through; why is it still pending?",
    "Watching it twice made me like the quick, clever dialogue even more.",
]
STANDARD = ("stopwords", "wordnet", "tagger", "vectors", "encoder", "language-model", "homoglyphs", "gazetteer")


def example(text: str, label: str | None = None, pair: str | None = None) -> Example:
    """A row with an id made from its text."""
    return Example(row_id=hashlib.sha256(text.encode()).hexdigest()[:16], text=text, label=label, pair=pair)


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
