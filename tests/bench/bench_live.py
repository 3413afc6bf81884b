"""How long a second user waits for an explained sentence while the first has 900 words explained by leave-one-out.

    python tests/bench/bench_live.py --model sentiment

Prints seconds for the sentence alone and beside the long text, for its prediction and for each method, the processor time
of the model process meanwhile, and how many steps the long text had of it. Judge the seconds on a quiet machine: the goal is
2 s for all of them. The processor time holds on a busy one too.
"""

from __future__ import annotations

import argparse
import os
import time

import psutil

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
        before = first.steps[0] if first.steps else 0
        _sentence(client, options.model, f"beside, {number + 1}")
        print(f"  the long one had {(first.steps[0] if first.steps else 0) - before} steps meanwhile", flush=True)
    print(f"the long one meanwhile: {first.steps[0]} of {first.steps[1]} steps" if first.steps else "over")
    client.close()


def _sentence(client: LiveClient, model: str, name: str) -> None:
    begun, computed = time.monotonic(), _computed(client)
    asked = {"predict": client.ask("predict", session=name, model=model, texts=[SENTENCE])}
    for method in METHODS:
        asked[method] = client.ask("explain", session=name, model=model, text=SENTENCE, methods=[method])
    for answer in asked.values():
        answer.wait()
    took = ", ".join(f"{what} {answer.seconds:.2f} s" for what, answer in asked.items())
    print(f"{name}: {took}; all {time.monotonic() - begun:.2f} s", end="; ")
    load = os.getloadavg()[0]
    print(f"{_computed(client) - computed:.2f} s of the processor, load {load:.1f}", flush=True)


def _computed(client: LiveClient) -> float:
    """Seconds that the model process has computed so far."""
    times = psutil.Process(client.pid).cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
