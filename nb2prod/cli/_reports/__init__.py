"""What was found in notebooks, as people and as programs read it: one form a file."""
