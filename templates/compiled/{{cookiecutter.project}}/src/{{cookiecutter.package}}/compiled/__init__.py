"""Quicker answers, proven to be the same: to own the rest nobody has to read it, and `COMPILED=false` does without it."""
