"""One drawn digit -> the others in the same hand: features, factors of a hand, drawings to start from."""

from handwriting.hand import Hand
from handwriting.writer import Writer, load_writer

__all__ = ["Hand", "Writer", "load_writer"]
