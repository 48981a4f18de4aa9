"""What to vary and in which order, and what the runs of a sweep have in common: plain data in, plain data out."""
