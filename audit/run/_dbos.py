"""What a worker needs of DBOS beyond its public interface, in one place; `tests/audit/run/test_dbos_insides.py` holds DBOS to it."""

from __future__ import annotations

from typing import Any

RECOVERY_QUEUE = "_dbos_internal_queue"
"""The queue through which DBOS runs again what was interrupted."""


def recover(executor: str) -> None:
    """Run again, here or in another live worker, what a worker that died left undone."""
    from dbos import DBOS

    DBOS._recover_pending_workflows([executor])


def lost(executor: str) -> set[str]:
    """Ids of workflows that stand as this worker's own and that it is not working on."""
    from dbos import DBOS

    pending = DBOS.list_workflows(status="PENDING", executor_id=[executor], load_input=False, load_output=False)
    return {workflow.workflow_id for workflow in pending} - set(_instance()._active_workflows_set.activeList())


def start_again(workflow_id: str, executor: str) -> bool:
    """Give a lost workflow of this worker back to a queue; whether it was lost still."""
    return bool(_instance()._sys_db.reenqueue_for_recovery(workflow_id, [executor], RECOVERY_QUEUE))


def _instance() -> Any:
    from dbos._dbos import _get_dbos_instance

    return _get_dbos_instance()
