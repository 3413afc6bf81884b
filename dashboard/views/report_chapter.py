"""Report, a section that chapters name and that has no browsers: what they say."""

from __future__ import annotations

from audit.stored import Run
from dashboard.draw.chapters import draw_chapters
from dashboard.draw.cluster_links import show_cluster_links
from dashboard.page.state import parameter
from dashboard.views.report_slices import show_slices


def show(run: Run) -> None:
    """Draw the section that the address names."""
    section = parameter("section")
    draw_chapters(run, section)
    if section == "shift":
        show_cluster_links(run)
    if section == "weak":
        show_slices(run)
