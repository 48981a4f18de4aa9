"""NB4xx: whether the model is as good as it looks."""
