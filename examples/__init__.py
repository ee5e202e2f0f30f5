"""Programs of under 40 lines to start from: read a drawing, add a detector, train a tiny network."""
