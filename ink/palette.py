"""Colours that colour-blind people tell apart."""

from __future__ import annotations

PALETTE = ((0, 114, 178), (179, 71, 0), (0, 115, 90), (156, 63, 124), (122, 92, 0), (74, 85, 104))
"""Colours for things that have to be told apart, RGB: Okabe and Ito's hues, dark enough for white type."""

HEX_PALETTE = tuple(f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in PALETTE)
"""The same for HTML."""
