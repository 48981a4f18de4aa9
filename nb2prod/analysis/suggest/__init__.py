"""Suggested sections: what each cell of an untagged notebook is for, which model to serve, what to ask it."""
