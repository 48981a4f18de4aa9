"""What a running kernel shows inside the notebook: its readiness, and runs that are under way."""
