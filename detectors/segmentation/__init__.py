"""Segmentation: contours take the ink apart, a classifier reads the pieces, the likeliest grouping wins."""
