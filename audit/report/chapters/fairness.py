"""Fairness: to be told."""
from audit.report.chapters.chapter import Chapter
FAIRNESS = Chapter("fairness", lambda report, say, caps: None)
