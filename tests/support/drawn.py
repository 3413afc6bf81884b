"""What a figure of plotly writes and offers, read from it."""

from audit.figures.base import said


def hovers(figure):
    """All hover texts of a figure, one by one."""
    for trace in figure.data:
        if trace.hoverinfo != "skip" and trace.hovertext is not None:
            yield from [trace.hovertext] if isinstance(trace.hovertext, str) else list(trace.hovertext)


def titled(figure):
    """A figure's title and the line below it, as one line."""
    return " ".join(said(figure))


def selectable(figure):
    return [point for trace in figure.data if trace.customdata is not None for point in trace.customdata]
