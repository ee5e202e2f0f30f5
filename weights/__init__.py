"""The trained weights with their cards, and how they are read, checked and run."""
