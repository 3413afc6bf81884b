"""Shift: how the audited rows differ from those of a reference table, and what that does to the model."""
