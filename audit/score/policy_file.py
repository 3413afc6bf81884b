"""A policy as the text of a TOML file, to be kept beside a model or changed by hand; `parse_policy` reads it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from audit.toml_text import toml_text

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def policy_toml(policy: Mapping[str, Any]) -> str:
    """The text of a policy file.

    Args:
        policy: in the shape of the file, as `Policy.to_dict` gives it.
    """
    head = [f"{key} = {_value(value)}" for key, value in policy.items() if not isinstance(value, list)]
    entries = [
        "\n".join([f"[[{table}]]", *(f"{_key(key)} = {_value(value)}" for key, value in entry.items())])
        for table in ("check", "pattern")
        for entry in policy.get(table, ())
    ]
    return "\n\n".join(["\n".join(head), *entries]) + "\n"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml_text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + " }"
    return toml_text(str(value))
