"""Write docs/licences.md: every locked package with its licence, as its own metadata states it.

`licences.py --check` writes nothing and fails where the page does not agree with the locks. A package whose licence is
neither permissive nor looked at below is an error, so a new one is seen before it is used.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
LOCKS = {
    "run.txt": "Assay",
    "torch.txt": "Assay",
    "cuda.txt": "torch's CUDA build on Linux",
    "tools.txt": "installing",
    "dev.txt": "tests, lint",
}

PERMISSIVE = frozenset(
    [
        "0BSD",
        "Apache-2.0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "LLVM-exception",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "PSF-2.0",
        "Zlib",
    ]
)
WRITTEN = {
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "BSD License": "BSD",
    "3-Clause BSD License": "BSD-3-Clause",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "DFSG approved": "",  # says nothing of its own
}
"""How metadata written before SPDX expressions names a licence -> the expression."""

STATED = {
    "axe-playwright-python": "MIT AND MPL-2.0",  # its own code, and axe-core inside
    "colorama": "BSD-3-Clause",
    "cuda-bindings": "Apache-2.0",
    "cuda-pathfinder": "Apache-2.0",
    "cuda-toolkit": "LicenseRef-NVIDIA-Proprietary",
    "nvidia-nvtx": "Apache-2.0",
    "torch": "Apache-2.0 AND Apache-2.0 WITH LLVM-exception AND BSD-2-Clause AND BSD-3-Clause AND BSL-1.0 AND MIT",
    "triton": "MIT",
    "tzdata": "Apache-2.0",
    "watchdog": "Apache-2.0",
}
"""Of packages that are not installed everywhere, or not in the same build; other nvidia-* packages are NVIDIA's own."""

LOOKED_AT = {
    ("LGPL", "num2words"): "used as it is, as a library that anyone may replace; nothing of it is copied.",
    ("LGPL-3.0-only", "psycopg*"): "likewise; it speaks to the database where that is PostgreSQL.",
    ("MPL-2.0", "axe-playwright-python"): "its files are used unchanged, in tests alone.",
    ("MPL-2.0", "certifi"): "its files are used unchanged, and the licence binds those files alone.",
    ("MPL-2.0", "hypothesis"): "likewise; for tests.",
    ("MPL-2.0", "pathspec"): "likewise; for mypy.",
    ("MPL-2.0", "tqdm"): "likewise.",
    (
        "LicenseRef-NVIDIA-Proprietary",
        "cuda-toolkit",
    ): "part of what torch's own build for Linux needs: fetched by whoever "
    "installs it, under NVIDIA's terms, never part of Assay; torch's builds for the CPU do without.",
    ("LicenseRef-NVIDIA-Proprietary", "nvidia-*"): "likewise.",
}
"""(licence that is not permissive, package) -> why an Apache-2.0 program may use it."""


def locked() -> Iterator[tuple[str, str, str]]:
    """(name, version, what for) of every package in the locks; a version a line where they differ by Python."""
    for file, purpose in LOCKS.items():
        for line in (ROOT / ".ci" / "lock" / file).read_text(encoding="utf-8").splitlines():
            pin = re.match(r"([a-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^ ;\\]+)", line)
            if pin is not None:
                yield pin[1], pin[2], purpose


def licence(name: str) -> str:
    """The SPDX expression of a package, as far as its metadata can be read as one."""
    if name in STATED:
        return STATED[name]
    if name.startswith("nvidia-"):
        return "LicenseRef-NVIDIA-Proprietary"
    found = metadata(name)
    if found["License-Expression"]:
        return str(found["License-Expression"])
    told = [line.split(" :: ")[-1] for line in found.get_all("Classifier") or () if line.startswith("License")]
    if not told:
        told = [(found["License"] or "").strip().partition("\n")[0]]
    return " OR ".join(filter(None, (WRITTEN.get(one, one) for one in told)))


def not_permissive(expression: str) -> list[str]:
    """The licences of an expression that nobody may use without a second look."""
    if any(one in PERMISSIVE for one in expression.split(" OR ")):
        return []
    return [one for one in re.split(r"[()\s]+|\b(?:AND|OR|WITH)\b", expression) if one and one not in PERMISSIVE]


def looked_at(one: str, name: str) -> bool:
    """Whether somebody has said why this package may be used under this licence."""
    return any(one == kind and fnmatchcase(name, pattern) for kind, pattern in LOOKED_AT)


def main() -> None:
    """Write or check the page."""
    rows, faults = [], []
    for name, version, purpose in sorted(locked()):
        try:
            expression = licence(name)
        except PackageNotFoundError:
            sys.exit(f"{name} is not installed; run: make setup-dev")
        faults += [f"{name}: {one}" for one in not_permissive(expression) if not looked_at(one, name)]
        if not expression:
            faults.append(f"{name}: no licence stated")
        rows.append(f"| {name} | {version} | {expression} | {purpose} |")
    if faults:
        sys.exit("Look at these licences, then say in .ci/licences.py why they will do: " + "; ".join(faults))
    text = "\n".join(
        [
            "# Licences of the packages used",
            "",
            "Made by `make licences` from the locks in `.ci/lock` and what each package states of itself. Assay itself is "
            "Apache-2.0.\nLicences of the bundled models and word lists stand in their cards.",
            "",
            "Looked at one by one, for they are not permissive:",
            "",
            *(f"- {pattern} ({kind}): {why}" for (kind, pattern), why in LOOKED_AT.items()),
            "",
            "| package | version | licence | for |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit("docs/licences.md does not agree with the locks; run: make licences")


if __name__ == "__main__":
    main()
