"""Which method reads more drawings of a set, and whether that may be chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Z_95 = 1.96
"""Standard deviations within which 95 % of a normal distribution lie."""


@dataclass(frozen=True)
class PairedDifference:
    """How many drawings more one method reads exactly than another, on one set.

    Attributes:
        drawings: of the set.
        more: what the first reads and the second does not, less what the second reads and the first does not.
        low: lower end of the 95 % interval of ``more``, in drawings of a set of this size.
        high: its upper end.
    """

    drawings: int
    more: int
    low: float
    high: float

    @property
    def may_be_chance(self) -> bool:
        """Whether no difference at all lies in the interval."""
        return self.low <= 0 <= self.high


def paired_difference(first: Sequence[bool], second: Sequence[bool]) -> PairedDifference:
    """Compares two methods drawing by drawing.

    The interval is that of Agresti and Min (Statistics in Medicine 24, 2005): Wald's, with half a drawing added to each
    of the four outcomes, which keeps it honest where few drawings tell the methods apart.

    Args:
        first: for each drawing whether one method reads it exactly.
        second: likewise for the other.
    """
    drawings = len(first)
    won = sum(a and not b for a, b in zip(first, second, strict=True))
    lost = sum(b and not a for a, b in zip(first, second, strict=True))
    total, for_first, for_second = drawings + 2, won + 0.5, lost + 0.5
    difference = for_first - for_second
    half = Z_95 * math.sqrt(for_first + for_second - difference**2 / total)
    low, high = (drawings * (difference + sign * half) / total for sign in (-1, 1))
    return PairedDifference(drawings, won - lost, low, high)


def _more_or_fewer(count: float) -> str:
    count = round(count)
    return "none" if count == 0 else f"{abs(count)} {'more' if count > 0 else 'fewer'}"


def differences_in_words(exact: Mapping[str, Sequence[bool]]) -> list[str]:
    """A sentence for every method but the best: how many drawings fewer it reads, and whether that may be chance.

    Args:
        exact: by method for each drawing whether it is read exactly.
    """
    if not exact:
        return []
    best = max(exact, key=lambda name: sum(exact[name]))
    sentences = []
    for name, flags in exact.items():
        if name == best:
            continue
        d = paired_difference(exact[best], flags)
        interval = f"95 % interval: {_more_or_fewer(d.low)} to {_more_or_fewer(d.high)}"
        if d.more == 0:
            text = f"{best} and {name} read equally many of {d.drawings} drawings exactly ({interval})."
        else:
            chance = "; with so few drawings that may be chance" if d.may_be_chance else ""
            text = f"{best} reads {d.more} more of {d.drawings} drawings exactly than {name}{chance} ({interval})."
        sentences.append(text)
    return sentences
