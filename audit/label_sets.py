"""Joined labels taken apart, for the rooms that see records but no model code."""

from models.label_sets import join_labels, split_labels

__all__ = ["join_labels", "split_labels"]
