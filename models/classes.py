"""What the networks name and see: classes, planes and sides of crops, strides.  Needs no PyTorch."""

CLASSES: tuple[str, ...] = (*(str(d) for d in range(10)), "censored", "other")
"""The twelve classes, in the order of the seed project's data set."""

CENSORED = 10
OTHER = 11

CROP_PLANES = 3
"""What a classifier sees of a crop: the ink in question, the other ink around it, and its place on the sheet."""

CROP_SIDE_PX = 32
"""Side of a classifier's input."""

CROP_CONTENT_PX = 26
"""Side of the square in a classifier's input that the ink is fitted into; the rest is a margin."""

NO_SYMBOL = 12
"""The classifiers' extra output, for finding the right grouping: the crop holds several symbols, or a part of one."""

STRIDES: tuple[int, int, int] = (32, 16, 8)
"""Input pixels per cell of the detector's three grids, the coarsest first; every list of heads has this order."""
