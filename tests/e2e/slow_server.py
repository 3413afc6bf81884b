"""The dashboard as on a busy machine: the page of models is drawn late, and what is asked of a model comes late."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DRAW, ANSWER = 0.5, 3.0  # seconds; of one model's card, of an answer


def slow() -> None:
    """Make it so."""
    from audit.live import Answer
    from dashboard.views import models

    entry, settle = models._entry, Answer.settle

    def late_entry(*args: object) -> None:
        time.sleep(DRAW)
        entry(*args)

    def late_settle(answer: Answer, **end: object) -> None:
        threading.Timer(ANSWER, settle, (answer,), end).start()

    models._entry, Answer.settle = late_entry, late_settle


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    slow()
    from dashboard.server import main

    sys.exit(main())
