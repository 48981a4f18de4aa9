"""From a raw row to the model's input: what is learnt from the training data, and what is done to each row."""
