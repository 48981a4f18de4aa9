"""NB1xx: order and hidden state."""
