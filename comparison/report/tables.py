"""Markdown tables, and their place in hand-written pages: between two markers a program writes, elsewhere people do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table."""
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]


def replace_between(page: Path, begin: str, end: str, lines: Iterable[str]) -> None:
    """Puts lines between two markers of a page, each of which is there once.

    Raises:
        ValueError: the page lacks a marker.
    """
    before, first, rest = page.read_text(encoding="utf-8").partition(begin)
    _, second, after = rest.partition(end)
    if not first or not second:
        raise ValueError(f"{page} lacks {begin!r} or {end!r}.")
    page.write_text("\n".join([f"{before}{begin}", *lines, f"{end}{after}"]), encoding="utf-8")
