"""`python -m models list | add | show | check | remove`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from models import catalog
from models.entry import CatalogEntry, bundled_folder, typed_labels
from models.errors import CatalogError, ModelNotFound
from models.known_languages import declared_languages, measured_languages, read_languages
from models.label_file import labels_beside, unnamed
from models.language_names import language_list, language_name
from models.telling import again
from models.terminal import emit_json, grid, stdout
from models.translating import tr, tr_later, tr_n
from models.typed_paths import is_dir, typed_path

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
LabelsOption = Annotated[
    str | None, typer.Option("--labels", help='Label names in the head\'s order, comma-separated; "a,b" is one name.')
]


def list_models(as_json: JsonOption = False) -> None:
    """List bundled and registered models."""
    found = catalog.entries()
    if as_json:
        emit_json([_facts(entry) for entry in found])
        return
    table = grid((tr("name"), tr("kind"), tr("labels"), tr("accuracy (95% interval)"), tr("size"), tr("where")))
    for entry in found:
        facts = _facts(entry)
        labels = facts["labels"]
        shown = ", ".join(labels) if len(labels) <= 4 else tr("{n} labels", n=len(labels))
        size = f"{facts['size_bytes'] / 1e6:.1f} MB" if facts["size_bytes"] else "-"
        where = _where(entry)
        table.add_row(entry.name, tr(facts["kind"]), shown or "-", _accuracy(entry), size, where)
    stdout.print(table)


def add(
    name: Annotated[str, typer.Argument(help="The name to call it by.")],
    path: Annotated[str, typer.Argument(help="Folder of a model or LoRA adapter, or hub id.")],
    labels: LabelsOption = None,
    base: Annotated[str | None, typer.Option("--base", help="Base model of an adapter.")] = None,
    device: Annotated[str | None, typer.Option("--device")] = None,
    dtype: Annotated[str | None, typer.Option("--dtype", help="float32 or bfloat16.")] = None,
    note: Annotated[str, typer.Option("--note")] = "",
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Keep no copy: use the folder where it is, on this machine only.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite the entry of that name.")] = False,
) -> None:
    """Check a model by loading it, then register it under a name. A copy of a folder's files is kept, see --in-place."""
    if bundled_folder(name) is not None:
        raise CatalogError(f"'{name}' is the name of a bundled model; choose another.")
    names = typed_labels(labels) or []
    folder = typed_path(path)
    facts = _load_facts(str(folder) if is_dir(path) else path, base, names or None, device)
    found = tuple(facts["labels"])
    if not names and unnamed(found):
        beside, file = labels_beside(folder, len(found))
        names = list(beside)
        if file:
            stdout.print(tr("The checkpoint does not name its labels; their names are from {file}.", file=file))
    catalog.add(
        name, path, labels=names, found=found, reads=facts["reads"], base=base, base_sha256=facts["base_sha256"], device=device,
        dtype=dtype, note=note, in_place=in_place, replace=replace,
    )  # fmt: skip
    some = ", ".join((names or found)[:6])
    count = tr_n("{n} label", "{n} labels", len(found))
    stdout.print(tr("Registered '{name}': {labels} ({some}).", name=name, labels=count, some=some))
    if not names and unnamed(found):
        said = tr(
            "Nothing names its labels. Name them in the head's order, or tables cannot be matched to them: "
            "python -m models add {name} {path} --replace --labels NAME,NAME",
            name=name, path=path,
        )  # fmt: skip
        stdout.print(said)


def show(name: Annotated[str, typer.Argument(help="Bundled or registered name.")], as_json: JsonOption = False) -> None:
    """Show what is known of a model: labels, where it lies, its card."""
    entry = catalog.find(name)
    if entry is None:
        raise ModelNotFound(f"There is no model named '{name}'; choose from: {', '.join(catalog.known_names())}.")
    facts = _facts(entry) | {"card": dict(entry.card)}
    if as_json:
        emit_json(facts)
        return
    stdout.print(f"{entry.name}  ({tr(facts['kind'])})")
    stdout.print(f"{tr('where'):<9} {_where(entry)}")
    stdout.print(f"{tr('labels'):<9} {', '.join(facts['labels']) or '-'}")
    stdout.print(f"{tr('languages'):<9} {language_list(facts['languages']) or tr('not stated')}")
    stdout.print(f"{tr('accuracy'):<9} {_accuracy(entry)}")
    if facts["base"]:
        stdout.print(f"{tr('base'):<9} {facts['base']}")
    if entry.note:
        stdout.print(f"{tr('note'):<9} {entry.note}")
    if isinstance(scaling := entry.card.get("scaling"), Mapping):
        said = tr(
            "from {model}, by {method}", model=str(scaling.get("of", "?")), method=str(scaling.get("method", "?"))
        )
        stdout.print(f"{tr('calibrated'):<9} {said}")
    data = entry.card.get("data") or {}
    if data:
        told = {"name": data} if isinstance(data, str) else data
        licence = told.get("licence") or tr("not stated")
        line = tr("{name}, licence: {licence}", name=str(told.get("name")), licence=str(licence))
        stdout.print(f"{tr('data'):<9} {line}")
    if entry.card.get("command"):
        stdout.print(f"{tr('trained'):<9} {entry.card['command']}")


def check(
    name: Annotated[str, typer.Argument(help="Bundled or registered name, folder, or hub id.")],
    base: Annotated[str | None, typer.Option("--base", help="Base model of an adapter.")] = None,
    labels: LabelsOption = None,
    text: Annotated[
        str, typer.Option("--text", help="A sentence to try it on.")
    ] = "A short sentence to try the model on.",
    device: Annotated[str | None, typer.Option("--device")] = None,
    as_json: JsonOption = False,
) -> None:
    """Load a model, say what it can do, and try it on a sentence."""
    facts = _load_facts(name, base, typed_labels(labels), device, text)
    if as_json:
        emit_json(facts)
        return
    heads = {
        "fingerprint": tr("fingerprint"), "base": tr("base"), "head": tr("head"), "labels": tr("labels"),
        "thresholds": tr("thresholds"),
        "max_tokens": tr("max_tokens"), "device": tr("device"), "dtype": tr("dtype"), "capabilities": tr("capabilities"),
    }  # fmt: skip
    for key, head in heads.items():
        value = facts[key]
        if key in ("base", "thresholds") and not value:
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        stdout.print(f"{head:<13} {shown}")
    _say_languages(facts["languages"], facts["tokenizer"])
    for capability, why in facts["absent"].items():
        stdout.print(f"{tr('absent'):<13} {capability}: {again(why)}")
    for told in facts["mended"]:
        stdout.print(f"{tr('mended'):<13} {again(told)}")
    top = sorted(zip(facts["labels"], facts["probs"], strict=True), key=lambda item: -item[1])[:5]
    stdout.print(f"'{text}' -> " + ", ".join(f"{label} {p:.3f}" for label, p in top))


def remove(name: Annotated[str, typer.Argument(help="Registered name.")]) -> None:
    """Forget a registered model and the copy of its files; the folder it came from stays."""
    catalog.remove(name)
    stdout.print(tr("Removed '{name}' from the catalog; the folder it came from stays as it is.", name=name))


def _say_languages(languages: Sequence[str], tokenizer: Mapping[str, Mapping[str, Any]]) -> None:
    """What a card says of languages, and what the tokenizer makes of the reference texts."""
    stdout.print(f"{tr('languages'):<13} {language_list(languages) or tr('not stated')}")
    if not tokenizer:
        return
    read = [language for language, some in tokenizer.items() if some["reads"]]
    stdout.print(f"{tr('tokenizer'):<13} {tr('reads {languages}', languages=language_list(read) or '-')}")
    for language, some in tokenizer.items():
        if not some["reads"]:
            told = tr(
                "{language}: {unknown} of {tokens} tokens unknown, for {letters} letters",
                language=language_name(language), unknown=some["unknown"], tokens=some["tokens"], letters=some["letters"],
            )  # fmt: skip
            stdout.print(f"{tr('not read'):<13} {told}")


def _load_facts(
    name: str, base: str | None, labels: list[str] | None, device: str | None, text: str = "A short sentence."
) -> dict[str, Any]:
    from dataclasses import asdict

    from models.loading import load

    classifier = load(name, base=base, labels=labels, device=device)
    able = [key for key, value in asdict(classifier.capabilities).items() if value]
    measured = measured_languages(classifier)
    return {
        "name": name,
        "fingerprint": classifier.fingerprint,
        "base": classifier.base.name if classifier.base else None,
        "base_sha256": classifier.base.sha256 if classifier.base else None,
        "labels": list(classifier.labels),
        "head": classifier.head,
        "thresholds": list(classifier.thresholds),
        "max_tokens": classifier.max_tokens,
        "device": classifier.device,
        "dtype": classifier.dtype,
        "capabilities": able,
        "absent": dict(classifier.absent),
        "languages": list(declared_languages(getattr(classifier, "card", None) or {})),
        "tokenizer": {
            language: {
                "tokens": some.tokens,
                "unknown": some.unknown,
                "letters": some.letters,
                "reads": some.read(language),
            }
            for language, some in measured.items()
        },
        "reads": list(read_languages(measured).languages) if measured else None,
        "mended": classifier.findings.mended(),
        "text": text,
        "probs": [round(float(p), 6) for p in classifier.predict_proba([text])[0]],
    }


def _facts(entry: CatalogEntry) -> dict[str, Any]:
    of_hub = not entry.kept and not Path(entry.path).is_dir() and not entry.missing
    return {
        "name": entry.name,
        "kind": tr_later("hub id") if of_hub else tr_later("LoRA adapter") if entry.adapter else tr_later("model"),
        "path": entry.path or None,
        "kept": entry.kept,
        "machine": entry.machine,
        "bundled": entry.bundled,
        "base": entry.base or entry.recorded_base,
        "labels": list(entry.known_labels),
        "languages": list(declared_languages(entry.card)),
        "size_bytes": entry.size_bytes,
        "missing": entry.missing,
        "note": entry.note,
    }


def _where(entry: CatalogEntry) -> str:
    if entry.bundled or entry.kept:
        return tr("bundled") if entry.bundled else tr("kept by Assay")
    if entry.elsewhere is not None:
        return tr("{path} (on {machine})", path=entry.path, machine=entry.elsewhere)
    return tr("{path} (missing)", path=entry.path) if entry.missing else entry.path


def _accuracy(entry: CatalogEntry) -> str:
    metrics = entry.card.get("metrics") or {}
    split = next((name for name in ("test", "evaluation") if metrics.get(name)), None)
    if split is None:
        return tr("not known")
    found = metrics[split]["accuracy"]
    value, low, high = (f"{found[name]:.3f}" for name in ("value", "low", "high"))
    if split == "test":
        return tr("{value} ({low}-{high}), test n={n}", value=value, low=low, high=high, n=metrics[split]["n"])
    return tr("{value} ({low}-{high}), evaluation n={n}", value=value, low=low, high=high, n=metrics[split]["n"])
