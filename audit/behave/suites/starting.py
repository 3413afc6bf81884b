"""The file of a new suite: one test from templates and lists of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.toml_text import toml_text, toml_texts


def started(
    name: str,
    templates: Sequence[str],
    lists: Mapping[str, Sequence[str]],
    *,
    type_: str = "MFT",
    label: str | None = None,
    expect: str | None = None,
    vary: str | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> str:
    """The TOML text of a suite of one test, its templates as they are, so that they can be changed and drawn anew.

    Args:
        name: of the suite and of its test.
        templates: texts of a case, with slots.
        lists: words of each slot.
        type_, label, expect: of the test. vary, sample, seed: of the template.
    """
    fields = {"name": name, "type": type_, "label": label, "expect": expect}
    lines = [f"name = {toml_text(name)}"]
    if lists:
        lines += ["", "[lists]", *(f"{toml_text(slot)} = {toml_texts(words)}" for slot, words in lists.items())]
    lines += ["", "[[test]]", *(f"{key} = {toml_text(value)}" for key, value in fields.items() if value is not None)]
    lines += ["", "[[test.template]]", f"texts = {toml_texts(templates)}"]
    lines += [f"vary = {toml_text(vary)}"] if vary else []
    lines += [f"sample = {sample}", f"seed = {seed}"] if sample is not None else []
    return "\n".join(lines) + "\n"
