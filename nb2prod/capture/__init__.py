"""Evidence: a notebook goes in, and what one run of it showed comes out, as plain data."""
