"""Rows for the tests of attacks: own sentences, with ids made from their texts."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

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


def example(text: str, label: str | None = None, pair: str | None = None) -> Example:
    """A row with an id made from its text."""
    return Example(row_id=hashlib.sha256(text.encode()).hexdigest()[:16], text=text, label=label, pair=pair)


def die(*_: object) -> None:
    """What the system does to a process when memory runs out."""
    os._exit(9)


def linger(*_: object) -> None:
    """A task that takes longer than anybody waits; the file in `LINGERING` says that it has begun."""
    Path(os.environ["LINGERING"]).touch()
    time.sleep(9999)
