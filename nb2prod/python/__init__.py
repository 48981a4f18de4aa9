"""What Python code calls: ``nb2prod.run``, ``sweep``, ``resume`` and ``recorded``, and what they give back."""
