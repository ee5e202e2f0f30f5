"""Labelled sets: one module a format, and what all formats share."""
