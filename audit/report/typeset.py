"""The process that runs Typst: reads one request on stdin, writes the results on stdout.

Typst keeps what it has computed for as long as its process lives, about 90 MB a long report. In a process of its own a
worker stays small, and a document that made Typst crash would not take the worker with it. It imports nothing of Assay,
so that it starts in a tenth of a second.

Request (JSON): {"template", "root", "fonts", "data", "jobs": [{"format", ...}]}. Answer: one line of JSON, {"sizes": [[n,
...], ...]} with the bytes of each job's files, then those bytes; or {"error": "..."}.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def answer(request: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Carry out a request: the answer's head, and the bytes that follow it."""
    import typst

    made: list[list[bytes]] = []
    for job in request["jobs"]:
        try:
            found = typst.compile(
                request["template"],
                root=request["root"],
                font_paths=[request["fonts"]],
                ignore_system_fonts=True,
                sys_inputs={"data": request["data"]},
                **job,
            )
        except (typst.TypstError, RuntimeError, ValueError, OSError) as error:
            return {"error": next(iter(str(error).splitlines()), type(error).__name__)}, []
        made.append(list(found) if isinstance(found, list) else [found])
    return {"sizes": [[len(part) for part in parts] for parts in made]}, [part for parts in made for part in parts]


def main() -> None:
    """Answer the request on stdin."""
    head, parts = answer(json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
