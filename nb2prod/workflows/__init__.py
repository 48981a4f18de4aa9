"""Workflows: each the whole way, from what was asked to what is handed over."""
