"""How a table is to be read and taken, declared once: specs, commands and pages have from here what may be chosen.

A field with a flag is an option of every command that reads a table, one with a box is asked on its page. What reads tables
gets it by `audit.table.options.TableOptions`, what is audited by `audit.spec.TableSpec`, which are both made of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from audit.boxes import Box
from audit.errors import InputError
from models.flags import Flag
from models.table_options import Delimiter, Encoding, Header, KeepGood, Quotes, Sheet
from models.translating import tr_later

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "big5", "shift_jis", "cp1252", "latin-1")
"""Those that a page offers."""
DELIMITERS = {
    ",": tr_later("comma (,)"), ";": tr_later("semicolon (;)"), "\t": tr_later("tab"), "|": tr_later("pipe (|)"),
}  # fmt: skip


def read_map(said: Sequence[str]) -> dict[str, str]:
    r"""`--map TYPED=LABEL`, parted at the first `=`; `\=` is that sign inside a label.

    Raises:
        InputError: one has no `=`, nothing on one side of it, or says another thing of a label than one before.
    """
    found: dict[str, str] = {}
    for one in said:
        sides = [side.replace("\\=", "=") for side in re.split(r"(?<!\\)=", one, maxsplit=1)]
        if len(sides) < 2 or not all(side.strip() for side in sides):
            raise InputError(
                f"--map must be TYPED=LABEL, a label of the table and what it means to the model, not '{one}'."
            )
        typed, label = sides
        if found.setdefault(typed, label) != label:
            raise InputError(f"--map says that '{typed}' is '{found[typed]}' and that it is '{label}'; keep one.")
    return found


def write_map(labels: Mapping[str, str]) -> list[str]:
    """What `read_map` reads."""
    return [f"{typed.replace('=', chr(92) + '=')}={label}" for typed, label in labels.items()]


class TableReading(BaseModel):
    """How a file is read. What is None is found out, and what had to be guessed becomes a warning.

    Attributes:
        text, label, pair, rationale: column names, trimmed and case-folded for matching; "-" means none.
        groups: names of group columns; they are never found by themselves unless called `group` or `group:...`.
        encoding: any text encoding Python knows.
        delimiter: `,` `;` `|` or a tab (also by name: comma, semicolon, pipe, tab).
        quotes: whether a cell may stand in double quotes, and then hold delimiters and line ends; else quotes are letters
            and every line is a row (CSV only).
        sheet: name of the sheet to read (Excel only); None: the first that is not hidden and holds something.
        header: whether the first row has the names of the columns; else it is data, and they are called `column 1`,
            `column 2` ... (CSV and Excel only).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    text: Annotated[
        str | None,
        Flag("--text", help="Column of the text (default: found by name)."),
        Box(tr_later("Text"), tr_later("The column with the texts to classify."), of="columns", needed=True),
    ] = None
    label: Annotated[
        str | None,
        Flag("--label", help="Column of the true label, if there is one."),
        Box(
            tr_later("Label"),
            tr_later("The true class. Without it the model's own prediction stands in."),
            of="columns",
        ),
    ] = None
    pair: Annotated[
        str | None,
        Flag("--pair", help="Column of the second text of a pair."),
        Box(tr_later("Pair"), tr_later("A second text, for models that read two."), of="columns"),
    ] = None
    groups: Annotated[
        tuple[str, ...],
        Flag("--group", help="Column of a group; may be given again.", many=True),
        Box(
            tr_later("Groups"),
            tr_later("Columns to compare results by, for example region or channel."),
            of="columns",
        ),
    ] = ()
    rationale: Annotated[
        str | None,
        Box(
            tr_later("Rationale"),
            tr_later("Human rationales: 0 and 1, one for each word between white space."),
            of="columns",
        ),
    ] = None
    encoding: Annotated[
        Encoding, Box(tr_later("Encoding"), formats=("csv", "jsonl"), choices={name: name for name in ENCODINGS})
    ] = None
    delimiter: Annotated[Delimiter, Box(tr_later("Delimiter"), formats=("csv",), choices=DELIMITERS)] = None
    quotes: Annotated[
        Quotes,
        Box(
            tr_later("Quotes are letters"),
            tr_later(
                "Every line is a row, and a double quote is a sign like any other: tab-separated files are often written so."
            ),
            formats=("csv",),
        ),
    ] = True
    sheet: Annotated[
        Sheet,
        Box(
            tr_later("Sheet"),
            tr_later("The sheet of the workbook that holds the table. Its columns are looked for anew."),
            formats=("xlsx",),
            of="sheets",
        ),
    ] = None
    header: Annotated[
        Header,
        Box(
            tr_later("First line is data"),
            tr_later("The file has no names of columns: its first line is a row like the others."),
            formats=("csv",),
        ),
        Box(
            tr_later("First row is data"),
            tr_later("The sheet has no names of columns: its first row is one like the others."),
            formats=("xlsx",),
        ),
    ] = True

    @classmethod
    def of(cls, choices: Mapping[str, Any] | BaseModel, **more: Any) -> Self:
        """What was chosen elsewhere, as far as it is asked here; what is None or empty there was not chosen.

        Args:
            choices: by the names of the fields; others are left out.
            more: fields besides.
        """
        said = dict(choices)
        known = {name: said[name] for name in cls.model_fields if said.get(name) not in (None, "")}
        return cls(**known | more)


class TableChoices(TableReading):
    """How a table is read and what of it is taken.

    Attributes:
        label_map: a label of the table -> the model's that it means.
        keep_good: go on with the good rows when some have faults.
    """

    label_map: Annotated[
        Mapping[str, str],
        Flag(
            "--map",
            help="What a label of the table means to the model; repeat for more.",
            metavar="TYPED=LABEL",
            many=True,
            read=read_map,
            write=write_map,
        ),
    ] = Field(default_factory=dict)
    keep_good: KeepGood = False
