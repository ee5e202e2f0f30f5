"""Drawings that people give: corrected for one visit, kept with consent, reviewed, handed on and deleted again.

``python -m collection --help`` lists what whoever owns a store can do with it; docs/collection.md explains it all.
"""
