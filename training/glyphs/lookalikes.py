"""Glyphs that are no digits by their label but can pass for one by their looks.

They are kept out of the class ``other``: a model punished for reading a Greek omicron as a zero would learn to doubt
zeros.  Lists of letters and signs come with the data (the array ``ambiguous``).  The lists here were made by looking at
a contact sheet of every Omniglot character, at Quick, Draw! categories, and at signs that a classifier calls digits.
"""

import re

QUICKDRAW = frozenset(
    {
        "circle", "line", "squiggle", "zigzag", "lightning", "moon", "hockey stick", "boomerang", "snake", "snowman",
        "hourglass", "potato", "string bean", "stitches", "nose", "knee", "hexagon", "octagon",
    }
)  # fmt: skip

# Alphabet -> numbers of the characters that look like a digit.
OMNIGLOT = {
    "Balinese": {14},
    "Early_Aramaic": {2, 3, 4, 5, 6, 10, 13, 14, 16, 17, 20},
    "Greek": {4, 6, 8, 9, 15, 18},
    "Japanese_(katakana)": {24, 27, 37, 42, 43},
    "Korean": {19, 21, 22, 24, 27, 28, 33},
    "Latin": {2, 7, 9, 12, 15, 17, 19, 25, 26},
    "Sanskrit": set(),
}

SIGN_NAMES = frozenset(
    {
        "textonesuperior", "texttwosuperior", "textthreesuperior", "textonehalf", "textonequarter", "textthreequarters",
        "textschwa", "textrhookschwa", "textsci", "textscb", "textbaro", "texttheta", "uptheta", "Uptheta",
        "textquotestraightdblbase", "textrevapostrophe", "shortparallel", "nshortparallel", "parallel", "nparallel",
        "nmid", "nshortmid", "SS", "upvartheta", "wp",
    }
)  # fmt: skip
"""LaTeX names of signs that look like a digit or hold one: a raised 2, one half, a schwa, bars side by side."""

LETTER_IN_FONT = re.compile(r"math(bb|cal|ds|frak|scr)\{[BDGIJLOQSTZbdgjloqsyz]\}")
"""Letters that are as easily a digit in any font."""


def looks_like_digit(source: str, label: str) -> bool:
    """Whether glyphs of this label in this source can pass for a digit."""
    if source == "quickdraw":
        return label in QUICKDRAW
    if source == "omniglot":
        alphabet, character = label.split("/character")
        return int(character) in OMNIGLOT.get(alphabet, set())
    if source in ("detexify", "writemath-symbols"):
        name = re.split(r"[:\\]", label)[-1]
        return name in SIGN_NAMES or LETTER_IN_FONT.fullmatch(name) is not None
    return False
