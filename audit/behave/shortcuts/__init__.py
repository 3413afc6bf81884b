"""Shortcuts: what a model's answers hang on that says nothing, found by changing it alone (Geirhos et al. 2020)."""
