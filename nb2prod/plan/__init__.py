"""Decide everything about the repository, as plain data, before anything is written."""
