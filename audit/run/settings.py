"""All settings looked at before anything long begins: what is not right is one sentence, not a line in some log later."""

from __future__ import annotations

from audit.report.brand import make_brand
from audit.run.retention import kept_runs, retention_days
from audit.store.database import database_url
from audit.store.files import open_files
from models.places import cache, home, offline


def check_settings() -> None:
    """Read every setting that a worker and the pages will want, and open nothing.

    Raises:
        ModelError, AuditError: the first that is not right, by its name.
    """
    home()
    cache()
    offline()
    database_url()
    open_files()
    retention_days()
    kept_runs()
    make_brand()
