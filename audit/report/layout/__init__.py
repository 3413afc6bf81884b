"""From a `Report` to a `Document` of blocks: which parts there are, in which order, in which words."""

from audit.report.layout.document import lay_out

__all__ = ["lay_out"]
