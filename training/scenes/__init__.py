"""Glyphs laid out, drawn and coloured: composed scenes with the exact box of every object."""
