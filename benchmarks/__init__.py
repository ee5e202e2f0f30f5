"""Measurements that people can run: speed, load, attacks on a copy of their own, handwriting, corrections."""
