"""The compiled way, straightened: a record in, its answer out, by a function that does no more than its values need."""
