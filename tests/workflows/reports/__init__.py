"""Checking many notebooks: settings, baselines, the cache, several processes."""
