"""Every room of the house stands on a floor of the import contract: a new one that is not placed could import anything."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_part_of_audit_stands_on_a_floor():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (floors,) = [
        contract["layers"]
        for contract in contracts
        if contract["type"] == "layers" and "audit.cli" in contract["layers"]
    ]
    placed = [name.strip() for floor in floors for part in floor.split("|") for name in part.split(":")]
    assert len(placed) == len(set(placed))
    parts = {
        f"audit.{path.stem}"
        for path in (ROOT / "audit").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert {*parts, "models", "dashboard"} - {"audit.__init__"} == set(placed)
