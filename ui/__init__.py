"""The page: what a visitor sees and does, and the endpoints for programs."""
