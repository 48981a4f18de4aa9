"""Readiness rules: facts of a notebook go in, findings come out. One file a rule, in a folder for each family."""
