"""Everything that can be done: what it is done on, and who may."""

from __future__ import annotations

from dataclasses import dataclass

from audit.actor import Role
from audit.language.translating import tr_later


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be done.

    Attributes:
        kind: what it is done on.
        needs: the least role that may.
        title: what is said of it afterwards, marked for translators.
    """

    kind: str
    needs: Role
    title: str


VERBS: dict[str, Verb] = {
    "start_run": Verb("run", Role.ANALYST, tr_later("Started the run")),
    "pause_run": Verb("run", Role.ANALYST, tr_later("Paused the run")),
    "resume_run": Verb("run", Role.ANALYST, tr_later("Resumed the run")),
    "cancel_run": Verb("run", Role.ANALYST, tr_later("Cancelled the run")),
    "retry_run": Verb("run", Role.ANALYST, tr_later("Had failed rows computed again")),
    "set_priority": Verb("run", Role.ANALYST, tr_later("Changed the priority of the run")),
    "delete_run": Verb("run", Role.ADMINISTRATOR, tr_later("Deleted the run")),
    "discard_run": Verb("run", Role.ADMINISTRATOR, tr_later("Deleted the run, which can be undone for a while")),
    "restore_run": Verb("run", Role.ADMINISTRATOR, tr_later("Undid the deletion of the run")),
    "erase_discarded": Verb("run", Role.ADMINISTRATOR, tr_later("Erased the deleted run for good")),
    "rename_run": Verb("run", Role.ANALYST, tr_later("Renamed the run")),
    "tag_run": Verb("run", Role.ANALYST, tr_later("Changed the tags of the run")),
    "star_run": Verb("run", Role.ANALYST, tr_later("Starred the run, or took its star off")),
    "archive_run": Verb("run", Role.ANALYST, tr_later("Archived the run, or took it back")),
    "mark_baseline": Verb("run", Role.ANALYST, tr_later("Changed which run is the baseline of its model")),
    "write_note": Verb("run", Role.REVIEWER, tr_later("Wrote a note on the run, a row or a finding of it")),
    "erase_run": Verb("run", Role.ADMINISTRATOR, tr_later("Erased the run, kept long enough")),
    "estimate": Verb("estimate", Role.ANALYST, tr_later("Asked for an estimate")),
    "upload_table": Verb("table", Role.ANALYST, tr_later("Uploaded the table")),
    "describe_table": Verb("table", Role.ANALYST, tr_later("Said how to read the table")),
    "delete_table": Verb("table", Role.ADMINISTRATOR, tr_later("Deleted the table")),
    "erase_table": Verb("table", Role.ADMINISTRATOR, tr_later("Erased the table, which no run uses any more")),
    "predict_table": Verb("table", Role.ANALYST, tr_later("Had every row of the table predicted")),
    "review": Verb("review", Role.REVIEWER, tr_later("Judged an adversarial example")),
    "undo_review": Verb("review", Role.REVIEWER, tr_later("Took a judgement back")),
    "review_label": Verb("review", Role.REVIEWER, tr_later("Judged the label of a row")),
    "undo_review_label": Verb("review", Role.REVIEWER, tr_later("Took a judgement of a label back")),
    "register_model": Verb("model", Role.ADMINISTRATOR, tr_later("Registered the model")),
    "train_model": Verb("model", Role.ANALYST, tr_later("Trained a model")),
    "rename_labels": Verb("model", Role.ADMINISTRATOR, tr_later("Renamed the labels of the model")),
    "remove_model": Verb("model", Role.ADMINISTRATOR, tr_later("Removed the model")),
    "fetch_resource": Verb("resource", Role.ADMINISTRATOR, tr_later("Had a resource fetched")),
    "start_worker": Verb("worker", Role.ANALYST, tr_later("Started a worker")),
    "make_report": Verb("report", Role.ANALYST, tr_later("Had a report made")),
    "set_policy": Verb("run", Role.ANALYST, tr_later("Judged the run by another policy")),
    "save_policy": Verb("policy", Role.ANALYST, tr_later("Kept the policy")),
    "delete_policy": Verb("policy", Role.ADMINISTRATOR, tr_later("Deleted the policy")),
    "save_suite": Verb("suite", Role.ANALYST, tr_later("Kept the behavioural suite")),
    "delete_suite": Verb("suite", Role.ADMINISTRATOR, tr_later("Deleted the behavioural suite")),
    "save_slice": Verb("slice", Role.ANALYST, tr_later("Kept the slice")),
    "rename_slice": Verb("slice", Role.ANALYST, tr_later("Renamed the slice")),
    "delete_slice": Verb("slice", Role.ANALYST, tr_later("Deleted the slice")),
    "make_comparison": Verb("report", Role.ANALYST, tr_later("Had a comparison of runs made")),
    "set_organisation": Verb("brand", Role.ADMINISTRATOR, tr_later("Set the organisation's name of reports")),
    "set_logo": Verb("brand", Role.ADMINISTRATOR, tr_later("Set the logo of reports")),
    "remove_logo": Verb("brand", Role.ADMINISTRATOR, tr_later("Removed the logo of reports")),
    "export_run": Verb("run", Role.ANALYST, tr_later("Exported the run")),
    "import_run": Verb("run", Role.ADMINISTRATOR, tr_later("Imported the run")),
}
"""Name of a verb, as events have it -> what is known of it."""

KINDS = {
    "run": tr_later("run"),
    "table": tr_later("table"),
    "model": tr_later("model"),
    "resource": tr_later("resource"),
    "worker": tr_later("worker"),
    "review": tr_later("judgement"),
    "report": tr_later("report"),
    "policy": tr_later("policy"),
    "suite": tr_later("behavioural suite"),
    "slice": tr_later("slice"),
    "brand": tr_later("name and logo of reports"),
    "estimate": tr_later("estimate"),
}
"""What things are done on, in words."""
OUTCOMES = {
    "begun": tr_later("begun"), "done": tr_later("done"), "refused": tr_later("refused"), "failed": tr_later("failed"),
}  # fmt: skip
"""What came of it, in words."""
