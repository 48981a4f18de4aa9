"""NB2xx: whether a run gives the same again, elsewhere and later."""
