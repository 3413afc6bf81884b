"""What of a bundle is held against nothing, and its reports as data, which are held against its scores and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audit.errors import ReportError
from audit.language.translating import languages, speaking, tr_later
from audit.old_forms import read_finding, read_score
from audit.records import from_dict
from audit.report.signing import PUBLIC, SIGNATURE
from audit.results.recomputing import scored_by_another
from audit.run.bundle_files import Bundle, record_files
from audit.scored import BESIDE, Finding, Score, worded
from audit.strict_json import loads, part

REPORTS = "report/"
READ = frozenset({
    "manifest.json", "run.json", "probes.json", "rows.jsonl", "shards.jsonl", "records.parquet", "scores.json", "findings.json",
    "reviews.json", "replicates.bin", "own.json",
})  # fmt: skip
"""Files of every exported run, besides its records, report and signature."""


def report_faults(bundle: Bundle) -> list[str]:
    """What the report files in JSON say otherwise than the run: id, verdict, result hash, scores, findings, policy."""
    return [fault for name in bundle.names if _is_data(name) for fault in _faults(bundle, name)]


def not_checked(bundle: Bundle) -> Iterator[str]:
    """What nothing in the bundle can confirm, a sentence each."""
    if not bundle.texts:
        yield tr_later(
            "scores, findings and verdict: without texts nobody can compute them again, they are their maker's word"
        )
    others = [name for name in bundle.names if name.startswith(REPORTS) and not _is_data(name)]
    if others:
        yield tr_later(
            f"report files {', '.join(others)[:200]}: they are as they were written, what they say is their maker's word"
        )
    if data := [name for name in bundle.names if _is_data(name)]:
        yield tr_later(f"of {', '.join(data)[:200]} anything but scores, findings, verdict and policy")
    known = {*READ, *record_files(bundle), SIGNATURE, PUBLIC}
    if strange := [name for name in bundle.names if name not in known and not name.startswith(REPORTS)]:
        yield tr_later(f"files {', '.join(strange)[:200]}: no exported run has them, and nothing reads them")
    run = bundle.json("run.json")
    if run["policy"] is not None:
        from audit.score.policy import is_default, policy_name

        if not is_default(run["policy"]):
            yield tr_later(f"whether the thresholds are fit: the policy is {policy_name(run['policy'], imported=True)}")


def _agrees(given: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Whether everything given of a score or finding, and of a finding's score, is right."""
    return all(
        _agrees(part, right[name]) if name == "score" else part == right.get(name) for name, part in given.items()
    )


def in_words(bundle: Bundle) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Scores and findings of a bundle, worded beside their keys.

    Raises:
        ReportError: they are not as an exported run has them.
    """
    run = bundle.json("run.json")
    names = run["labels"] or (), (run["spec"].get("table") or {}).get("groups") or ()
    try:
        scores = [from_dict(Score, read_score(entry, *names)) for entry in bundle.json("scores.json")]
        findings = [from_dict(Finding, read_finding(entry, *names)) for entry in bundle.json("findings.json")]
    except (KeyError, TypeError, ValueError) as error:
        said = " ".join(str(error).split())[:200]
        raise ReportError(f"{bundle.path} holds scores or findings that cannot be read ({said}).") from None
    return [worded(score) for score in scores], [worded(finding) for finding in findings]


def _is_data(name: str) -> bool:
    return name.startswith(REPORTS) and name.endswith(".json")


def _faults(bundle: Bundle, name: str) -> Iterator[str]:
    try:
        said = loads(bundle.read(name))
    except (ValueError, RecursionError, ReportError):
        yield tr_later(f"{name} is not JSON")
        return
    run, about, whole = bundle.json("run.json"), part(said, "run"), part(said)
    told = {
        "id": (about.get("id"), run["id"]),
        "verdict": (about.get("verdict"), run["verdict"]),
        "result hash": (about.get("result_hash"), run["result_hash"]),
        "scores": (_unworded(whole.get("scores")), bundle.json("scores.json")),
        "findings": (_by_id(_unworded(whole.get("findings"))), _by_id(bundle.json("findings.json"))),
        "policy": (whole.get("policy"), run["policy"]),
    }
    wrong = [tr_later(f"the {what} in {name} are not the run's") for what, (one, other) in told.items() if one != other]
    yield from wrong
    if not wrong and not scored_by_another(run["provenance"]) and not _worded_right(whole):
        yield tr_later(f"the words of scores or findings in {name} are in no language what their keys and values say")


def _unworded(entries: Any) -> Any:
    """Scores or findings of a report without the words beside their keys."""
    if not isinstance(entries, list):
        return entries
    return [_without_words(entry) if isinstance(entry, dict) else entry for entry in entries]


def _by_id(findings: Any) -> Any:
    """Findings in an order that does not depend on who tells them: reports have them by what hurts."""
    entries = findings if isinstance(findings, list) else []
    known = all(isinstance(entry, dict) and isinstance(entry.get("id"), str) for entry in entries)
    return sorted(entries, key=lambda entry: str(entry["id"])) if entries and known else findings


def _without_words(entry: dict[str, Any]) -> dict[str, Any]:
    words = BESIDE if "said" in entry else ("note",) if "notes" in entry else ()
    kept = {name: value for name, value in entry.items() if name not in words}
    return {**kept, "score": _without_words(entry["score"])} if isinstance(entry.get("score"), dict) else kept


def _worded_right(whole: Mapping[str, Any]) -> bool:
    """Whether all scores and findings that are kept by key are worded as they are in one of the languages spoken here."""
    try:
        said = [from_dict(Score, score) for score in whole["scores"] if "notes" in score]
        found = [from_dict(Finding, finding) for finding in whole["findings"] if "said" in finding]
    except (KeyError, TypeError, ValueError):
        return False
    given = [entry for entry in (*whole["scores"], *whole["findings"]) if "notes" in entry or "said" in entry]
    for language in languages():
        with speaking(language):
            if all(map(_agrees, given, [*map(worded, said), *map(worded, found)])):
                return True
    return False
