"""Measurements that people can run: speed of each method, start and memory of the app."""
