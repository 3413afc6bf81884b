"""Excel workbooks as tables: a zip of XML, opened with care and read as a stream; nothing in it is ever run or followed."""

from audit.table.excel.rows import ExcelReader

__all__ = ["ExcelReader"]
