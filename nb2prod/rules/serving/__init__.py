"""NB5xx: what would go wrong when the model answers."""
