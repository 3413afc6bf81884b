"""Labels that may be wrong: confident learning, near duplicates, rows that also stand in the reference table."""
