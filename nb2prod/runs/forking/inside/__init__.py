"""Source that runs inside the notebook's kernel: each file by its text, without nb2prod and without the others."""
