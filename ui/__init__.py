"""Parts of the page that are markup, not wiring."""
