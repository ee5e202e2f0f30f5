"""The markup of the page: panels, cards, pictures; no wiring."""
