"""Architectures and their frozen configs: one module a network; no files, no OpenCV, no page."""
