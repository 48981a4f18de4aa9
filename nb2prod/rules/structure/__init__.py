"""NB7xx: how the notebook is built, and what it costs."""
