"""What of a bundle is held against nothing, and its reports as data, which are held against its scores and findings."""

from __future__ import annotations

from collections.abc import Iterator

from audit.errors import ReportError
from audit.run.bundle_files import Bundle
from audit.strict_json import loads, part

REPORTS = "report/"


def report_faults(bundle: Bundle) -> list[str]:
    """What the report files in JSON say otherwise than the run: id, verdict, result hash, scores, findings, policy."""
    return [fault for name in bundle.names if _is_data(name) for fault in _faults(bundle, name)]


def not_checked(bundle: Bundle) -> Iterator[str]:
    """What nothing in the bundle can confirm, a sentence each."""
    if not bundle.texts:
        yield "scores, findings and verdict: without texts nobody can compute them again, they are their maker's word"
    others = [name for name in bundle.names if name.startswith(REPORTS) and not _is_data(name)]
    if others:
        yield f"report files {', '.join(others)[:200]}: they are as they were written, what they say is their maker's word"
    if data := [name for name in bundle.names if _is_data(name)]:
        yield f"of {', '.join(data)[:200]} anything but scores, findings, verdict and policy"
    run = bundle.json("run.json")
    if run["policy"] is not None:
        from audit.score.policy import is_default, policy_name

        if not is_default(run["policy"]):
            yield f"whether the thresholds are fit: the policy is {policy_name(run['policy'], imported=True)}"


def _is_data(name: str) -> bool:
    return name.startswith(REPORTS) and name.endswith(".json")


def _faults(bundle: Bundle, name: str) -> Iterator[str]:
    try:
        said = loads(bundle.read(name))
    except (ValueError, RecursionError, ReportError):
        yield f"{name} is not JSON"
        return
    run, about, whole = bundle.json("run.json"), part(said, "run"), part(said)
    told = {
        "id": (about.get("id"), run["id"]),
        "verdict": (about.get("verdict"), run["verdict"]),
        "result hash": (about.get("result_hash"), run["result_hash"]),
        "scores": (whole.get("scores"), bundle.json("scores.json")),
        "findings": (whole.get("findings"), bundle.json("findings.json")),
        "policy": (whole.get("policy"), run["policy"]),
    }
    yield from (f"the {what} in {name} are not the run's" for what, (one, other) in told.items() if one != other)
