"""Behavioural suites (CheckList, Ribeiro et al. 2020): tests of what a model must do, as data, whatever the table."""
