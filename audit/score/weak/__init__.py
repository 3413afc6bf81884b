"""Weak spots: parts of the table in which the model is wrong more often than elsewhere."""
