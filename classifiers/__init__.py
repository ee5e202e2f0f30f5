"""Crops of a drawing -> probabilities of the twelve classes."""
