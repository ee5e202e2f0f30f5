"""Single symbols with their class and writer: reading, tracing, bending and inventing them."""
