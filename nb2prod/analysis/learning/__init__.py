"""Dataflow to what a notebook's learning is made of: what is split, fitted, asked and scored, and on which rows."""
