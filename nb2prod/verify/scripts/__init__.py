"""Scripts for the repository's own interpreter; nothing here is imported by nb2prod."""
