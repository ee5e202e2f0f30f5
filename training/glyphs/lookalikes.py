"""Glyphs that are no digits by their label but can pass for one by their looks.

They are kept out of the class ``other``: a model punished for reading a Greek omicron as a zero would learn to doubt
zeros.  UNIPEN's own list comes with the data (the array ``ambiguous``); the two lists here were made by looking at a
contact sheet of every Omniglot character and at Quick, Draw! categories.
"""

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


def looks_like_digit(source: str, label: str) -> bool:
    """Whether glyphs of this label in this source can pass for a digit."""
    if source == "quickdraw":
        return label in QUICKDRAW
    if source == "omniglot":
        alphabet, character = label.split("/character")
        return int(character) in OMNIGLOT.get(alphabet, set())
    return False
