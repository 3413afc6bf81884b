"""`python -m audit run`: audit a model on a table, from a suite or a spec file, and wait for the end."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from audit.cli.common import (
    BaseOption,
    DeviceOption,
    JsonOption,
    SeedOption,
    emit_json,
    reader,
    stderr,
)
from audit.cli.training_tables import CARD, file_of, hint, table_of_card
from audit.errors import InputError, UnknownName
from audit.kinds.reference import REFERENCE
from audit.language.translating import tr, tr_later
from audit.table_choices import TableChoices
from models.telling import again
from models.typed_paths import is_dir, is_file, typed_path

SuiteOption = Annotated[str, typer.Option("--suite", help="quick (minutes), standard (about 20), deep (hours).")]
SpecOption = Annotated[Path | None, typer.Option("--spec", help="JSON file of an AuditSpec, instead of a suite.")]
AuditLimit = Annotated[
    int | None, typer.Option("--limit", min=1, help="Audit at most N rows, drawn at random in proportion to labels.")
]
ReferenceOption = Annotated[
    Path | None,
    typer.Option(
        "--reference",
        metavar="FILE",
        help="Table to compare with (training data, last month): same columns, labels. card: what the model was trained on.",
    ),
]
ReferenceSheet = Annotated[
    str | None,
    typer.Option("--reference-sheet", help="Sheet of --reference, an Excel workbook; default: the first in sight."),
]
PolicyOption = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="NAME|FILE",
        help="everyday (the default), adversary, release or an own one (see `policy list`), or a TOML file of checks.",
    ),
]
BaselineOption = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="RUN",
        help="Run that margins of the policy are against (default: the one marked for the model).",
    ),
]
BehaviourOption = Annotated[
    list[str] | None,
    typer.Option(
        "--behaviour",
        metavar="NAME|FILE",
        help="Behavioural suite to ask besides: a name (see `suite list`), or a file.",
    ),
]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="KIND|PROBE",
        help="Leave out a kind (attack, explainer, perturbation ...) or one probe of the suite; repeat for more.",
    ),
]
BehaviourMap = Annotated[
    list[str] | None,
    typer.Option("--behaviour-map", help="SUITE=MODEL: a label of a behavioural suite and the model's for it."),
]


def run(
    *,
    model: Annotated[str | None, typer.Option("--model", help="Bundled or registered name, folder, or hub id.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="CSV, Excel, Parquet or JSONL file, one text per row.")
    ] = None,
    suite: SuiteOption = "quick",
    spec_file: SpecOption = None,
    limit: AuditLimit = None,
    seed: SeedOption = 0,
    name: Annotated[str, typer.Option("--name", help="Name of the run.")] = "",
    base: BaseOption = None,
    choices: TableChoices,
    device: DeviceOption = None,
    reference: ReferenceOption = None,
    reference_sheet: ReferenceSheet = None,
    policy: PolicyOption = None,
    behaviour: BehaviourOption = None,
    behaviour_map: BehaviourMap = None,
    without: WithoutOption = None,
    baseline: BaselineOption = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Compute everything, reuse no earlier run's shards.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Return at once; a worker does the rest.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run an audit: probes, scores, findings. Exit status 0 whatever the verdict; `gate` judges."""
    from audit.actions import runs
    from audit.cli.runs import ensure_worker, follow, report_end

    spec = make_spec(
        model=model, base=base, device=device, csv=csv, choices=choices, suite=suite, spec_file=spec_file, limit=limit,
        seed=seed, name=name, policy=policy, baseline=baseline, reference=reference, reference_sheet=reference_sheet,
        behaviour=behaviour, behaviour_map=behaviour_map,
    )  # fmt: skip
    spec, told = check_table(spec, said=choices.label_map, suited=spec_file is None)
    if without:
        from audit.spec import without as left_out

        spec = spec.model_copy(update={"probes": left_out(spec.probes, without)})
    if spec.reference is None and not as_json and (said := hint(spec.model.name)):
        stderr.print(said)
    store = reader()
    started = runs.start(store.actor, spec, fresh=fresh)
    if detach:
        ensure_worker(store)
        if as_json:
            emit_json({"run_id": started.id, "status": started.status})
        else:
            stderr.print(tr("Started run {id}; `python -m audit status {id}` shows how far it is.", id=started.id))
        return
    if not as_json:
        stderr.print(tr("Run {id}: {name}", id=started.id, name=started.name))
    report_end(store, follow(started.id, store), as_json=as_json, told=told)


def make_spec(
    *,
    model: str | None,
    base: str | None,
    device: str | None,
    csv: Path | None,
    choices: TableChoices,
    suite: str,
    spec_file: Path | None,
    limit: int | None,
    seed: int,
    name: str,
    policy: str | None,
    baseline: str | None = None,
    reference: Path | None = None,
    reference_sheet: str | None = None,
    behaviour: list[str] | None = None,
    behaviour_map: list[str] | None = None,
) -> Any:
    """The AuditSpec that the options of `run` and `gate` describe; what is said beside a spec file goes before it.

    Raises:
        InputError: neither a spec nor a model and table; a file that cannot be read; an unknown suite; a sheet of no reference; a
            label of no behavioural suite.
    """
    from audit.cli.suite_reading import behaviour_probes
    from audit.spec import ModelSpec, TableSpec, load_spec, suite_spec

    if reference_sheet is not None and reference is None:
        raise InputError("--reference-sheet names a sheet of --reference FILE; give both.")
    if behaviour_map and not behaviour:
        raise InputError("--behaviour-map is about labels of --behaviour NAME|FILE; give both.")
    asked = behaviour_probes(behaviour or [], behaviour_map or [])
    checks = read_policy(policy, baseline=baseline)
    if spec_file is not None:
        spec = load_spec(spec_file)
        changes: dict[str, Any] = {}
        if model is not None:
            changes["model"] = spec.model.model_copy(update={"name": model, "fingerprint": None})
        given = choices.model_dump(exclude_defaults=True)
        given |= {"path": str(csv), "name": None, "fingerprint": None} if csv is not None else {}
        if given:
            changes["table"] = spec.table.model_copy(update=given)
        if reference is not None:
            changes["reference"] = _reference(
                reference, reference_sheet, changes.get("table", spec.table), changes.get("model", spec.model).name
            )
        if limit is not None:
            changes["sample"] = spec.sample.model_copy(update={"n": limit})
        if name:
            changes["name"] = name
        if asked:
            spec = _with(spec, asked)
        if checks is not None:
            changes["policy"] = read_policy(policy, spec.to_json()["probes"], baseline=baseline)
        return spec.model_copy(update=changes)
    if model is None or csv is None:
        raise InputError("Give --model and --csv, or a --spec FILE that names both.")
    audited = TableSpec.of(choices, path=table_file(csv, "table"))
    local = typed_path(model)
    made = suite_spec(
        suite,
        # a worker has another working directory, so a folder is named in full
        ModelSpec(name=str(local.resolve()) if is_dir(local) else model, base=base, device=device),
        audited,
        reference=None if reference is None else _reference(reference, reference_sheet, audited, model),
        limit=limit,
        seed=seed,
        policy=checks,
        title=name,
    )
    made = _with(made, asked)
    read_policy(policy, made.to_json()["probes"], baseline=baseline)  # now it is known which probes there will be
    return made


def _reference(said: Path, sheet: str | None, audited: Any, model: str) -> Any:
    """The table that `--reference` names: a file, read as the audited table is, or that of the model's card.

    Raises:
        InputError: it is not there.
    """
    if str(said) == CARD:
        return table_of_card(model, audited, sheet)
    return audited.alike(table_file(said, tr("reference table")), sheet=sheet)


def _with(spec: Any, probes: Sequence[Any]) -> Any:
    """A spec that has these probes besides, in place of what it has under their names.

    Raises:
        InputError: two of them have one name.
    """
    keys = [probe.id for probe in probes]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise InputError(f"Two behavioural suites are called '{twice}' within the audit; give them other names.")
    kept = tuple(probe for probe in spec.probes if (probe.id or probe.name) not in keys)
    return spec.model_copy(update={"probes": (*kept, *probes)})


def table_file(path: Path, what: str) -> str:
    """The path of a table that is there.

    Raises:
        InputError: it is not.
    """
    if not is_file(path):
        raise InputError(f"The {what} {path} does not exist; give the path of a CSV, Excel, Parquet or JSONL file.")
    return str(path)


def check_table(spec: Any, *, said: Mapping[str, str], suited: bool = True) -> tuple[Any, tuple[str, ...]]:
    """Read the table before a run is made of it, so that its faults are listed at once; warnings go to stderr.

    Labels that the model does not know are among them where the model's labels can be told without loading it; so is a
    language that its card does not name.

    Args:
        spec: the AuditSpec.
        said: what `--map` says of labels: each must be the table's.
        suited: whether the probes are those of its suite, to be chosen by the languages of the table.

    Returns:
        The spec, with the probes of its suite that know a language of the table, and the warnings it has told.

    Raises:
        InputError: `--map` cannot be used.
        TableError: it has faults, and the good rows alone were not asked for.
    """
    from audit.actions.suites import of_audit
    from audit.cli.tables import check_map, say_foreign
    from audit.spec import SUITES
    from audit.table import TableOptions, open_table
    from audit.table.alike import require_enough_rows, require_same_columns
    from audit.table.languages import languages_in
    from models.text_language import main_languages
    from models.tokenizer_languages import languages_known

    if not Path(spec.table.path).is_file():
        return spec, ()
    table = open_table(spec.table.path, TableOptions.of(spec.table))
    check_map(said, table)
    task = reader().task_of(spec.model.name, spec.model.labels)
    if task is not None:
        table = table.matched(task.labels, chosen=spec.table.label_map, multi_label=task.several)
    table = table.require(keep_good=spec.table.keep_good)
    if spec.reference is not None and (path := file_of(spec.reference)) is not None:
        compared = open_table(path, TableOptions.of(spec.reference), name=spec.reference.name or path.name)
        if task is not None:
            compared = compared.matched(task.labels, chosen=spec.reference.label_map, multi_label=task.several)
        compared = compared.require(keep_good=spec.reference.keep_good)
        require_same_columns(compared.columns, table.columns, reference=compared.source.name, table=table.source.name)
        if any(probe.kind == REFERENCE.name for probe in spec.probes):
            require_enough_rows(len(compared), compared.source.name)
    languages = languages_in(table)
    for warning in table.warnings:
        stderr.print(tr("Warning: {warning}", warning=again(warning)), style="yellow")
    foreign = say_foreign(languages, languages_known(spec.model.name, spec.model.base))
    warnings = (*table.warnings, *([foreign] if foreign else []))
    if suited and spec.suite in SUITES:
        chosen = of_audit(
            SUITES[spec.suite],
            main_languages(languages),
            task.labels if task else None,
            several=bool(task and task.several),
        )
        besides = tuple(probe for probe in spec.probes if probe not in SUITES[spec.suite].probes)
        asked = {probe.id for probe in besides}  # a behavioural suite that was asked for may be one that fits
        chosen = tuple(probe for probe in chosen if probe.id is None or probe.id not in asked)
        spec = spec.model_copy(update={"probes": (*chosen, *besides)})
    return spec, warnings


def read_policy(
    said: str | None, probes: Iterable[Mapping[str, Any]] | None = None, *, baseline: str | None = None
) -> dict[str, Any] | None:
    """The checks of a policy that is kept by name or of a TOML file, or None without one.

    Args:
        said: the name, or the path of a file; what is both is the name.
        probes: those of the run it goes with, as its spec has them, where that is known: a check on another one is a fault.
        baseline: the run that its margins are held against; with no policy said, `release` is meant.

    Raises:
        InputError: the policy has no margin, or the baseline has not finished.
        SpecError: the file cannot be read, is not TOML, or is not a policy; names lines and fields.
        UnknownName: neither a policy nor a file is called so.
    """
    from audit.actions import policies
    from audit.kinds import known
    from audit.score.policy import RELEASE, load_policy, policy_from_dict

    if baseline is not None:
        chosen = read_policy(said or RELEASE, probes)
        return None if chosen is None else policies.against(reader(), chosen, baseline)
    if said is None:
        return None
    names = None if probes is None else known(probes)
    choices = {policy.name: policy for policy in policies.listed(reader())} if _may_be_name(said) else {}
    if said in choices:
        source = tr_later(f"The policy {said}")
        return policy_from_dict(choices[said].policy, source, probes=names).to_dict()
    if choices and not Path(said).exists():
        raise UnknownName("policy", said, [*choices, tr("or the path of a TOML file")])
    return load_policy(said, probes=names).to_dict()


def _may_be_name(said: str) -> bool:
    return not said.lower().endswith(".toml") and "/" not in said and os.sep not in said
