"""NB3xx: leakage, and what is the matter with the data."""
