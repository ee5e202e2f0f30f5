"""What the networks name and see: classes, planes and sides of crops, strides.  Needs no PyTorch."""

CLASSES: tuple[str, ...] = (*(str(d) for d in range(10)), "censored", "other")
"""The twelve classes, in the order of the seed project's data set."""

CENSORED = 10
OTHER = 11

CROP_PLANES = 2
"""What a classifier sees of a crop: the ink in question, and the other ink around it."""

NO_SYMBOL = 12
"""The classifiers' extra output, for finding the right grouping: the crop holds several symbols, or a part of one."""
