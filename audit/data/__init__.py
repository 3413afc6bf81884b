"""Probes that look at the table: where its rows lie in the eyes of the model, and what another table holds."""
