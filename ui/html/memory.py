"""What the visit remembers and what it changed, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from collection.adapt import Change, VisitMemory
from detectors import Detector
from models.classes import CENSORED, CLASSES
from ui.html.picture import png_url
from ui.methods import method_name

MAX_PICTURE_SIDE_PX = 64

FORGET_SCRIPT = (
    "element.addEventListener('click', (e) => { const b = e.target.closest('[data-forget]');"
    " if (b) trigger('select', {index: +b.dataset.forget}); });"
)
"""Tells the server which of the remembered crops was clicked; -1 is all of them."""


def render_changes(changes: Sequence[tuple[str, Change]], detectors: Mapping[str, Detector]) -> str:
    """What the memory changed of what is shown, in a sentence for each method, by the objects' letters."""
    sentences = []
    for name, detector in detectors.items():
        mine = [f"{at} from {CLASSES[c.before]} to {CLASSES[c.after]}" for at, c in changes if c.method == name]
        if mine:
            sentences.append(f"{method_name(detector)}: {', '.join(mine)}.")
    return f"<p><b>Changed on this drawing.</b> {escape(' '.join(sentences))}</p>" if sentences else ""


def render_memory(memory: VisitMemory, changes: Sequence[tuple[str, Change]], detectors: Mapping[str, Detector]) -> str:
    """The corrected crops, each with a button that forgets it; empty where nothing is remembered."""
    if not len(memory):
        return ""
    crops = "".join(
        f'<button type="button" data-forget="{k}" title="Forget this one" aria-label="Forget this {CLASSES[c]}">'
        + ("" if c == CENSORED else f'<img src="{png_url(picture, MAX_PICTURE_SIDE_PX)}" alt="">')
        + f"<b>{CLASSES[c]}</b></button>"
        for k, (c, picture) in enumerate(zip(memory.class_id.tolist(), memory.pictures, strict=True))
    )
    return (
        '<section class="memory" aria-label="What this visit remembers"><p>Remembered for this visit, and for you '
        f"alone: click to forget. What looks alike is read alike.</p>{render_changes(changes, detectors)}"
        f'<div class="crops">{crops}<button type="button" data-forget="-1">Forget all</button></div></section>'
    )
