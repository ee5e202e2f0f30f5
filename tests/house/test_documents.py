"""Documents are held to the house's English, to the code, and to what they point to."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tools.documents import BEGIN, END, render_tree

ROOT = Path(__file__).resolve().parents[2]
MAX_SENTENCE_WORDS = 40
MAX_CELL_CHARACTERS = 160
MAX_README_WORDS = 1200

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "weights").glob("*.md")])
DOCUMENTS = [*PAGES, ROOT / "tests" / "golden" / "README.md"]
"""The record's README quotes a licence whole, so its sentences are not counted."""


def prose(text: str) -> str:
    """A page without front matter, blocks of code and comments."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


def is_word(token: str) -> bool:
    """Whether a token is one that is read, and no mark."""
    return any(letter.isalnum() for letter in token)


def sentences(text: str) -> list[str]:
    """The sentences of a page: headings, table rows and items of lists stand alone."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", prose(text))
    text = re.sub(r"^\s*(\||#).*$", "\n", text, flags=re.MULTILINE)
    text = re.sub(r"^\s*([-*]|\d+\.) ", "\n\n", text, flags=re.MULTILINE)
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
    return [s for part in parts for s in re.split(r"(?<=[.!?])[\"*)]* +(?=[^a-z])", part) if s]


def cells(text: str) -> list[str]:
    """The cells of a page's tables, without the targets of their links."""
    rows = [line.strip() for line in prose(text).splitlines() if line.strip().startswith("|")]
    return [re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", cell).strip() for row in rows for cell in row.split("|")]


def anchors(page: Path) -> set[str]:
    """What a link may name in a page: its headings as GitHub spells them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_sentences_are_told_apart() -> None:
    text = "# Head\n\nOne sentence. Another, e.g. this: `a.b` (yes).\n\n- An item\n  of two lines\n- 2\n\n| a | b |\n"
    assert sentences(text) == [
        "One sentence.",
        "Another, e.g. this: `a.b` (yes).",
        "An item of two lines",
        "2",
    ]
    assert [cell for cell in cells(text) if cell] == ["a", "b"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_sentence_and_no_cell_is_too_long(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    long = [s for s in sentences(text) if sum(map(is_word, s.split())) > MAX_SENTENCE_WORDS]
    assert not long, f"more than {MAX_SENTENCE_WORDS} words: {long}"
    wide = [cell for cell in cells(text) if len(cell) > MAX_CELL_CHARACTERS]
    assert not wide, f"more than {MAX_CELL_CHARACTERS} characters: {wide}"


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_point_to_what_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"https?://|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        there = page.parent / path if path else page
        assert there.exists(), f"{page.name} points to {target}"
        assert not anchor or anchor in anchors(there), f"{page.name} points to {target}"


def test_the_readme_is_short() -> None:
    words = [token for token in (ROOT / "README.md").read_text(encoding="utf-8").split() if is_word(token)]
    assert len(words) < MAX_README_WORDS


def test_the_readmes_tree_is_the_folders_docstrings() -> None:
    """`python -m tools.documents` writes it."""
    _, _, rest = (ROOT / "README.md").read_text(encoding="utf-8").partition(BEGIN)
    assert rest.partition(END)[0].strip().splitlines() == render_tree()


def test_no_document_names_a_module_that_is_gone() -> None:
    for page in DOCUMENTS:
        for name in re.findall(r"python -m ([a-z_]+(?:\.[a-z_0-9]+)*)", page.read_text(encoding="utf-8")):
            place = ROOT.joinpath(*name.split("."))
            if name.split(".")[0] in {"pytest", "venv", "pip"}:
                continue
            assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), f"{page.name}: {name}"


def test_the_docs_hold_prose_and_pictures_only() -> None:
    allowed = {".md", ".png", ".svg", ".webp", ".csv"}
    listed = subprocess.run(["git", "ls-files", "docs"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {Path(name).suffix for name in listed.splitlines()} <= allowed


def test_the_moving_picture_is_small() -> None:
    assert (ROOT / "docs" / "moving.webp").stat().st_size < 1_500_000
