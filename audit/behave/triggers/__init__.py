"""Triggers: words and short phrases that send any text to one class (universal triggers, Wallace et al. 2019; backdoors)."""
