"""Tables: CSV, Excel, Parquet or JSONL in, checked rows out; every fault listed with its line, nothing guessed silently.

```
options = TableOptions(text="review", label="stars")
table = open_table("reviews.csv", options)          # never raises for faults of the content
table.faults, table.warnings                        # what was wrong, what was guessed
table = table.require(keep_good=True)               # raises TableError unless clean, or good rows are wanted
mapping = match_labels(table.label_counts, classifier.labels)
table = table.with_labels(mapping).require()        # an unknown label is a fault too
for example in table: ...                           # lazily; also table[i], table.find(row_id), table.head(100)
```
Nothing here loads torch; pyarrow is imported for Parquet only, openpyxl for Excel only.
"""

from audit.table.faults import Fault
from audit.table.guessing import Guess
from audit.table.labels import LabelMapping, match_labels
from audit.table.opening import Preview, open_table, preview
from audit.table.options import Columns, TableOptions
from audit.table.profiling import Conflict, Duplicate, Profile, conflicts, duplicates, profile
from audit.table.scan import file_sha256
from audit.table.sheets import likely_sheet
from audit.table.table import AuditTable, Source

__all__ = [
    "AuditTable",
    "Columns",
    "Conflict",
    "Duplicate",
    "Fault",
    "Guess",
    "LabelMapping",
    "Preview",
    "Profile",
    "Source",
    "TableOptions",
    "conflicts",
    "duplicates",
    "file_sha256",
    "likely_sheet",
    "match_labels",
    "open_table",
    "preview",
    "profile",
]
