"""Near duplicates among texts: the same but for a few characters."""
