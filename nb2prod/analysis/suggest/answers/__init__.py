"""From what the model says to what the notebook presents: decoded, blended, cut off at a threshold."""
