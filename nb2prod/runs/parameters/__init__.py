"""Parameters: what a notebook takes, what people give, and the cell that puts it in, exactly or not at all."""
