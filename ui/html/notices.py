"""Sentences of the page: what it is, what to do next, what went wrong, how far something has come."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from comparison.agreement import Agreement

TITLE = (
    "<h1>Digit Duel</h1><p>Draw a number. A <b>detector</b> reads the whole sheet at once; "
    "<b>segmentation</b> takes it apart first. Do they agree?</p>"
    '<button type="button" data-play aria-pressed="false">Fool them</button>'
)


def render_title(static_page: str = "") -> str:
    """What the page is; and a link to the page without a server where its address is given."""
    return TITLE + (f'<a href="{escape(static_page)}">Runs in your browser, too</a>' if static_page else "")


PAD_SWITCH = (
    '<div role="tablist" aria-label="What to draw with"><button type="button" role="tab" data-pad="editor" '
    'aria-selected="true">Sketchpad</button><button type="button" role="tab" data-pad="ink" aria-selected="false">'
    "Live ink</button></div>"
)
"""Both pads are there at once, and one of them is shown: they write on one drawing."""

GO_AND_DRAW = '<button type="button" data-tab="Draw">Draw something</button>'

EMPTY_INSIDE = f'<p class="blank">{GO_AND_DRAW} first, and see here how each method came to its reading.</p>'

EMPTY_STRESS = f'<p class="blank">{GO_AND_DRAW} first, and see here how far each method can follow it.</p>'

NO_DIGIT_STRESS = (
    '<p class="blank">No method sees a digit here, so there is nothing to stress: draw a number first.</p>'
)

UNCOVER = '<button type="button" class="uncover" data-uncover>Show it</button>'

BLURRED = f'<span class="blurred">Part of this drawing is blurred. {UNCOVER}</span>'
"""No more than that: two readings may be wrong together, and whoever drew it needs no reproach."""

CENSORED_NOTICE = f'<p class="blank">Part of this drawing is blurred, so it is not taken apart here. {UNCOVER}</p>'

BENCHMARK_PURPOSE = (
    "<p>How well does each method do on drawings whose content is known? Run it on the built-in set, or on one of "
    "your own: a zip archive with pictures and labels as COCO, YOLO, Pascal VOC or from makesense.ai.</p>"
)

WAITING = '<p class="foot">Waiting for its turn: one benchmark runs at a time.</p>'

STOPPED = '<p class="foot">Stopped.</p>'


def render_verdict(
    agreement: Agreement | None,
    notes: Sequence[str] = (),
    blurred: bool = False,
    together: Sequence[tuple[str, str]] = (),
) -> str:
    """Do the two ways agree, and what do they read together; see :mod:`ui.tabs.draw`.

    Args:
        agreement: of the two; None before anything is drawn.
        notes: what else is to know, in sentences.
        blurred: part of the drawing is.
        together: readings that come of both, each with the reason in words.
    """
    if agreement is None:
        back = '<button type="button" data-bring-back>Bring the last drawing back</button>'
        return f'<p class="verdict idle" role="status">Two ways to read one drawing. Do they agree? {back}</p>'
    differ = "They differ, though not on the digits." if agreement.same_digits else "They differ."
    kind, mark = ("agree", "&#10003; They agree.") if agreement.agree else ("differ", f"&#8800; {differ}")
    sentences = escape(" ".join([agreement.sentence, *notes])) + (f" {BLURRED}" if blurred else "")
    both = "".join(
        f'<span class="together">Together: <b>{escape(reading)}</b> &middot; {escape(reason)}</span>'
        for reading, reason in together
    )
    return f'<p class="verdict {kind}" role="status"><strong>{mark}</strong> {sentences}{both}</p>'


def render_notice(message: str) -> str:
    """Something went wrong, in the user's words."""
    return f'<p class="verdict problem" role="alert"><strong>That did not work.</strong> {escape(message)}</p>'


def render_progress(share: float, work: str) -> str:
    """How far the evaluation has come, 0 to 1, and what it is at."""
    return (
        f'<div class="work" role="progressbar" aria-valuenow="{share:.0%}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-label="Evaluation"><span style="width: {share:.1%}"></span></div><p class="foot">{work}</p>'
    )


def render_mistake_count(mistaken: int, differing: int, drawings: int) -> str:
    """How many drawings of a labelled set some method misreads, and on how many of these the methods differ."""
    return (
        f'<p class="foot">{mistaken} of {drawings} drawings are not read exactly by some method; on {differing} of '
        "these the methods differ. Choose one below to open it.</p>"
    )
