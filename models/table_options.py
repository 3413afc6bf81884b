"""How a table is to be read, as far as it is said here and in `audit` alike: the options of every command with a table."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, field_validator

from models.errors import TrainingError
from models.flags import Flag

Encoding = Annotated[str | None, Flag("--encoding", help="Encoding of the CSV, if not UTF-8.")]
Delimiter = Annotated[str | None, Flag("--delimiter", help="Delimiter: , ; | or tab.")]
Quotes = Annotated[
    bool, Flag("--no-quotes", help="Quotes are letters and every line of the CSV is a row.", denies=True)
]
Sheet = Annotated[str | None, Flag("--sheet", help="Sheet of an Excel workbook; default: the first in sight.")]
Header = Annotated[
    bool,
    Flag(
        "--no-header",
        help="The first row is data; the columns are called 'column 1', 'column 2' ...",
        denies=True,
    ),
]
KeepGood = Annotated[bool, Flag("--keep-good", help="Go on with the good rows when some have faults.")]

DELIMITERS = (",", ";", "\t", "|")
NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}


class Reading(BaseModel):
    """How a file of training data is read; what is None is found out. A field with a flag is an option of what trains.

    Attributes:
        encoding: any text encoding Python knows; None is UTF-8.
        delimiter: one sign, or its name: comma, semicolon, pipe, tab.
        quotes: whether a cell may stand in double quotes; else they are letters and every line is a row.
        sheet: of an Excel workbook; None for the first that is in sight and holds something.
        header: whether the first row has the names of the columns; else they are `column 1`, `column 2` ...
        keep_good: leave rows with a fault out instead of refusing the file.

    Raises:
        TrainingError: there is no such delimiter.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: Encoding = None
    delimiter: Delimiter = None
    quotes: Quotes = True
    sheet: Sheet = None
    header: Header = True
    keep_good: KeepGood = False

    @field_validator("delimiter")
    @classmethod
    def _sign(cls, said: str | None) -> str | None:
        sign = said if said is None else NAMES.get(said.strip(" ").casefold(), said)
        if sign is not None and sign not in DELIMITERS:
            raise TrainingError(f"The delimiter is one of , ; | or tab, not '{said}'.")
        return sign
