"""A run, ready to print: `build_report` gathers it once; PDF, JSON, CSV and page are made from that.

`make_report` writes the files, for the worker and the terminal alike. Importing this loads no torch.
"""

from audit.report.build import build_report
from audit.report.making import FORMATS, make_report
from audit.report.model import PRESETS, SCHEMA_VERSION, Preset, Report

__all__ = ["FORMATS", "PRESETS", "SCHEMA_VERSION", "Preset", "Report", "build_report", "make_report"]
