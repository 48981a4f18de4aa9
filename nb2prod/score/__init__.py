"""The ML Test Score of a notebook or a repository: what is known of it goes in, 28 states and a number come out."""
