"""How long a second user waits for an explained sentence while the first has 900 words explained by leave-one-out.

    python tests/bench/bench_live.py --model sentiment

Prints seconds for the sentence alone and beside the long text, for its prediction and for each method. Judge it on a quiet
machine: the goal is 2 s for all of them.
"""

from __future__ import annotations

import argparse
import time

from audit.live import LiveClient

SENTENCE = "A dull plot but superb acting."
LONG = "The film was a quiet delight from start to finish and nobody minded the slow first hour of it"
METHODS = ("integrated_gradients", "leave_one_out")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="sentiment")
    parser.add_argument("--words", type=int, default=900)
    options = parser.parse_args()
    client = LiveClient()
    client.ask("methods", model=options.model).wait()
    _sentence(client, options.model, "alone")
    words = LONG.split()
    long = " ".join((words * (options.words // len(words) + 1))[: options.words])
    first = client.ask("explain", session="first", model=options.model, text=long, methods=["leave_one_out"])
    while first.steps is None and not first.done:
        time.sleep(0.05)
    for number in range(3):
        _sentence(client, options.model, f"beside, {number + 1}")
    print(f"the long one meanwhile: {first.steps[0]} of {first.steps[1]} steps" if first.steps else "over")
    client.close()


def _sentence(client: LiveClient, model: str, name: str) -> None:
    begun = time.monotonic()
    asked = {"predict": client.ask("predict", session=name, model=model, texts=[SENTENCE])}
    for method in METHODS:
        asked[method] = client.ask("explain", session=name, model=model, text=SENTENCE, methods=[method])
    for answer in asked.values():
        answer.wait()
    took = ", ".join(f"{what} {answer.seconds:.2f} s" for what, answer in asked.items())
    print(f"{name}: {took}; all {time.monotonic() - begun:.2f} s", flush=True)


if __name__ == "__main__":
    main()
