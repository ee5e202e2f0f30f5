"""Signs by name: what layouts of sums and dates set between digits, as many hands write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ink.strokes import stroke_bounds
from training.glyphs.glyph_set import GlyphSet

Signs = Mapping[str, Sequence[list[np.ndarray]]]

_ARROWS = (
    "uparrow", "downarrow", "leftarrow", "rightarrow", "nearrow", "nwarrow", "searrow", "swarrow", "longleftarrow",
    "longrightarrow",
)  # fmt: skip

SIGN_LABELS: dict[str, tuple[str, ...]] = {
    "plus": ("+",),
    "minus": ("-", "\\textminus"),
    "equals": ("=",),
    "times": ("x", "\\times", "latex2e:times"),
    "divided": ("\\div", "latex2e:div"),
    "slash": ("/", "latex2e:slash"),
    "colon": (":", "\\colon", "latex2e:colon"),
    "comma": (",",),
    "open": ("(",),
    "close": (")",),
    "open-square": ("[",),
    "close-square": ("]",),
    "less": ("<",),
    "greater": (">",),
    "percent": ("%", "\\%", "latex2e:percent"),
    "question": ("?",),
    "exclamation": ("!",),
    "dollar": ("$", "\\$", "latex2e:dollar", "latex2e:mathdollar", "latex2e:textdollar", "textcomp:textdollar"),
    "euro": ("textcomp:texteuro",),
    "pounds": ("latex2e:pounds", "\\pounds"),
    "hash": ("#", "\\#"),
    "ampersand": ("&", "\\&"),
    "at": ("@",),
    "asterisk": ("*",),
    "heart": ("latex2e:heartsuit", "marvosym:Heart", "\\heartsuit"),
    "check": ("amssymb:checkmark", "\\checkmark"),
    "star": ("amssymb:bigstar", "latex2e:star", "\\star"),
    "smiley": ("marvosym:Smiley", "wasysym:smiley"),
    "arrow": (
        *(f"latex2e:{name}" for name in _ARROWS),
        *(f"\\{name}" for name in _ARROWS),
    ),
}
"""Name of a sign -> labels that it has in the files; ambiguous ones too, for in a line everybody knows them."""

MAX_SIGNS = 400
"""Glyphs kept of one sign and source."""

STROKE_RANGES = {"minus": (1, 1), "equals": (2, 2), "plus": (1, 2), "colon": (2, 2), "comma": (1, 1), "slash": (1, 1)}
"""How many strokes a sign has; glyphs that have more or fewer are badly cut."""


def named_signs(glyphs: GlyphSet, label: np.ndarray, keep: np.ndarray) -> dict[str, list[list[np.ndarray]]]:
    """The kept glyphs of every sign that the file has.

    Args:
        glyphs: all glyphs of one file.
        label: the file's own labels ``[N]``.
        keep: bool ``[N]``, the glyphs of the wanted split.
    """
    found = {}
    for name, labels in SIGN_LABELS.items():
        rows = np.flatnonzero(keep & np.isin(label, labels))
        drawn = [glyphs.strokes(int(row)) for row in rows[:: max(1, len(rows) // MAX_SIGNS)]]
        drawn = [strokes for strokes in drawn if _plausible(name, strokes)]
        if drawn:
            found[name] = drawn
    return found


def merge_signs(parts: Sequence[Signs]) -> dict[str, list[list[np.ndarray]]]:
    """The signs of several files as those of one."""
    return {name: merged for name in SIGN_LABELS if (merged := [s for part in parts for s in part.get(name, ())])}


def _plausible(name: str, strokes: list[np.ndarray]) -> bool:
    """Whether the glyph has the strokes and about the proportions of the sign: some are badly cut."""
    low, high = STROKE_RANGES.get(name, (1, 4))
    if not low <= len(strokes) <= high:
        return False
    width, height = np.subtract(*stroke_bounds(strokes)[::-1])
    if name == "minus":
        return bool(height < 0.35 * width)
    if name in ("open", "close", "open-square", "close-square", "slash", "colon", "exclamation"):
        return bool(width < 0.9 * height)
    return bool(max(width, height) > 0)
