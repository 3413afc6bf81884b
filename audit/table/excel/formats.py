"""Numbers as a person sees them in the sheet: dates as dates, 4 and not 4.0, zeros in front kept, percentages as such.

Formats that only round are not obeyed: 4.37 shown as 4 is read as 4.37. A number has the 15 digits that Excel knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import IO, Literal

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from audit.language.translating import tr_later
from audit.table.excel.xml import BrokenXml, walk

MOST_STYLES, MOST_CODES = 200_000, 10_000
LONGEST_CODE = 255
"""What a spreadsheet program takes. Reading a code costs its length squared, if somebody means it to."""
Way = tuple[Literal["plain", "date", "clock", "span", "percent", "zeros"], int]
PLAIN: Way = ("plain", 0)
_ASIAN = {*range(27, 37), *range(50, 59)}  # dates of the East Asian editions, which have no code in the file
_PERCENT = re.compile(r"(?:#,##)?0(?:\.(0+))?%")
_ZEROS = re.compile("00+")
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


class NotShown(Exception):
    """A number that its format cannot show; a spreadsheet fills the cell with #."""


class Formats:
    """How the numbers of each style are shown.

    Args:
        from_1904: whether days are counted from 1904.
    """

    def __init__(self, *, from_1904: bool) -> None:
        self._epoch = MAC_EPOCH if from_1904 else WINDOWS_EPOCH
        self._ways: Sequence[Way] = ()

    def read(self, stream: IO[bytes]) -> None:
        """Take in the part with the styles.

        Raises:
            BrokenXml: it is no such part.
        """
        codes: dict[int, str] = {}
        used: list[int] = []
        within = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal within
            if name == "numFmt":
                code = attributes.get("formatCode", "")
                if len(code) > LONGEST_CODE:
                    raise BrokenXml(
                        tr_later(
                            f"a format of numbers has {len(code):,} characters; at most {LONGEST_CODE} are allowed"
                        )
                    )
                codes[int(attributes["numFmtId"])] = code
            elif name == "cellXfs":
                within = True
            elif name == "xf" and within:
                used.append(int(attributes.get("numFmtId", "0")))
            if len(used) > MOST_STYLES or len(codes) > MOST_CODES:
                raise BrokenXml(tr_later("it has more formats than a workbook can"))

        def end(name: str) -> None:
            nonlocal within
            within = within and name != "cellXfs"

        walk(stream, start, end)
        ways = {number: _way(number, codes.get(number, BUILTIN_FORMATS.get(number, ""))) for number in set(used)}
        self._ways = [ways[number] for number in used]

    def shown(self, written: str, style: int) -> str:
        """The number of a cell as text; what is no number stays as it is.

        Raises:
            NotShown: a date that no calendar has.
        """
        way, digits = self._ways[style] if 0 <= style < len(self._ways) else PLAIN
        if way == "plain" and len(written) < 15 and (written.isdigit() and written.isascii()) and written[:1] != "0":
            return written
        try:
            value = float(written)
        except ValueError:
            return written
        if way in {"date", "clock", "span"}:
            return self._time(value, way)
        if way == "percent":
            return f"{plain(value * 100, digits)}%"
        if way == "zeros" and 0 <= value < 1e15 and value == int(value):
            return f"{int(value):0{digits}d}"
        return plain(value)

    def _time(self, value: float, way: str) -> str:
        try:
            found = from_excel(value, self._epoch, timedelta=way == "span")
        except (OverflowError, ValueError):
            raise NotShown from None
        if isinstance(found, datetime):
            return str(found if way == "clock" or found.time() != time() else found.date())
        return str(found)


def plain(value: float, decimals: int | None = None) -> str:
    """A number with at most 15 digits and no needless ones, or with so many decimals."""
    if decimals is not None and abs(value) < 1e15:
        exact = f"{value:.15g}"
        rounded = f"{value:.{decimals}f}"
        return rounded if float(rounded) == float(exact) else plain(value)
    text = f"{value:.15g}"
    if "e" in text and 1e-10 < abs(value) < 1e21:
        text = format(Decimal(text), "f")
    return "0" if text == "-0" else text


def _way(number: int, code: str) -> Way:
    if number in _ASIAN and not code:
        return ("date", 0)
    if is_timedelta_format(code):
        return ("span", 0)
    bare = _QUOTED.sub("", code.split(";", maxsplit=1)[0])
    if is_date_format(code):
        return ("clock", 0) if re.search("[hs]", bare.lower()) else ("date", 0)
    percent = _PERCENT.fullmatch(bare)
    if percent:
        return ("percent", len(percent[1] or ""))
    return ("zeros", len(bare)) if _ZEROS.fullmatch(bare) else PLAIN
