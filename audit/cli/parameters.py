"""What may be set on a probe, in lists and by `--param NAME=VALUE`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from audit.cli.common import stdout
from audit.errors import InputError
from audit.language.translating import tr

if TYPE_CHECKING:
    from audit.parameters import Parameter


def parameters_json(parameters: Iterable[Parameter]) -> list[dict[str, Any]]:
    """Parameters as data, in their order."""
    return [
        {"name": one.name, "default": one.default, "allowed": one.allowed, "choices": list(one.choices),
         "help": tr(one.help) if one.help else ""}
        for one in parameters
    ]  # fmt: skip


def print_parameters(parameters: Iterable[Mapping[str, Any]]) -> None:
    """One line each: name, default, what it may be."""
    for one in parameters:
        default = tr("none") if one["default"] is None else json.dumps(one["default"])
        line = tr(
            "{name} = {value}: {allowed}. {help}",
            name=one["name"],
            value=default,
            allowed=one["allowed"],
            help=one["help"],
        )
        stdout.print(f"  {line}".rstrip(), highlight=False, markup=False)


def given(
    probes: Mapping[str, Any], params: Sequence[str], *, without: Collection[str] = ()
) -> dict[str, dict[str, Any]]:
    """What `--param` says, by the name of the probe: `NAME=VALUE` for each probe that has it, `PROBE.NAME=VALUE` for one.

    Args:
        probes: name -> class.
        params: as they were typed.
        without: parameters that have an option of their own.

    Raises:
        InputError: a parameter that none of them has, or a value of the wrong kind.
    """
    from audit.parameters import check, declared

    offered = {
        probe: {one.name: one for one in declared(cls) if one.name not in without} for probe, cls in probes.items()
    }
    found: dict[str, dict[str, Any]] = {probe: {} for probe in probes}
    for param in params:
        left, sign, text = param.partition("=")
        owner, _, name = left.rpartition(".")
        takers = [probe for probe in probes if owner in ("", probe) and name in offered[probe]]
        if not sign or not takers:
            names = sorted({name for some in offered.values() for name in some})
            said = tr(
                "--param {param} fits none of {probes}; write NAME=VALUE with one of: {names}.",
                param=param, probes=", ".join(probes), names=", ".join(names),
            )  # fmt: skip
            raise InputError(said)
        for probe in takers:
            found[probe][name] = _value(offered[probe][name], text)
    for probe, values in found.items():
        check(probes[probe], values)
    return found


def _value(one: Parameter, text: str) -> Any:
    """The value that was typed; what is no number where one is wanted stays text, and is refused as such."""
    if one.optional and text in ("", "none"):
        return None
    if bool in one.types and text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        if kind in one.types:
            try:
                return kind(text)
            except ValueError:
                continue
    return text
