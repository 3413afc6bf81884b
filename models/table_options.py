"""How the user says a table is to be read: the options that every command with a table has, here and in `audit`."""

from __future__ import annotations

from typing import Annotated

import typer

EncodingOption = Annotated[str | None, typer.Option("--encoding", help="Encoding of the CSV, if not UTF-8.")]
DelimiterOption = Annotated[str | None, typer.Option("--delimiter", help="Delimiter: , ; | or tab.")]
NoQuotesOption = Annotated[
    bool, typer.Option("--no-quotes", help="Quotes are letters and every line of the CSV is a row.")
]
SheetOption = Annotated[
    str | None, typer.Option("--sheet", help="Sheet of an Excel workbook; default: the first in sight.")
]
NoHeaderOption = Annotated[
    bool, typer.Option("--no-header", help="The first row is data; the columns are called 'column 1', 'column 2' ...")
]
KeepGoodOption = Annotated[bool, typer.Option("--keep-good", help="Go on with the good rows when some have faults.")]
