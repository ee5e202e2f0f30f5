"""The methods taken apart as a story: in every act a step of each way, side by side, as pictures and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from detectors import Detector, method_lines
from explain.stages import Picture, Stage
from ui.html.picture import png_url

MAX_STAGE_SIDE_PX = 480
"""Longer side of a stage's picture."""

MAX_LARGE_PICTURES = 3
"""Pictures of a stage that stand large, the first of them largest; more stand small, pixel by pixel."""


class RenderedStage(NamedTuple):
    """A stage as it stays in memory while a visitor looks: as HTML it takes a fourteenth of what its pictures would."""

    title: str
    body: str
    milliseconds: float | None


class StoryColumn(NamedTuple):
    """One method's part of the story."""

    detector: Detector
    stages: Sequence[RenderedStage]


def _figure(picture: Picture) -> str:
    caption = escape(picture.caption)
    return (
        f'<figure><img src="{png_url(picture.image, MAX_STAGE_SIDE_PX)}" alt="{caption}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def render_stage(stage: Stage) -> RenderedStage:
    """A stage with its sentences and pictures; those that were turned down stand apart."""
    chosen, rejected = ([p for p in stage.pictures if p.chosen is kind] for kind in (True, False))
    many = " many" if stage.crops or len(stage.pictures) > MAX_LARGE_PICTURES else ""
    pictures = f'<div class="pictures{many}">{"".join(map(_figure, chosen))}</div>' if chosen else ""
    if rejected:
        pictures += (  # scrolled where there are many, by keyboard, too
            '<p class="foot">Turned down:</p><div class="pictures rejected" tabindex="0" role="region" '
            f'aria-label="Turned down">{"".join(map(_figure, rejected))}</div>'
        )
    return RenderedStage(stage.title, f"<p>{escape(stage.text)}</p><div>{pictures}</div>", stage.milliseconds)


def align_stages(columns: Sequence[Sequence[RenderedStage]]) -> list[list[int | None]]:
    """Which step of each method stands in which act; None where a method waits for the other.

    They begin together, and the steps that they have in common at their end are taken together.
    """
    shortest, tail = min(map(len, columns)), 0
    while tail < shortest and len({stages[-1 - tail].title for stages in columns}) == 1:
        tail += 1
    heads = [len(stages) - tail for stages in columns]
    acts: list[list[int | None]] = [[k if k < head else None for head in heads] for k in range(max(heads))]
    return acts + [[head + k for head in heads] for k in range(tail)]


def _time_bar(stages: Sequence[RenderedStage], now: int | None) -> str:
    """The steps of a method as parts of its time, the one at hand marked, and how long that takes."""
    parts = "".join(
        f'<i class="{"now" if k == now else ""}" style="flex-grow: {stage.milliseconds:.2f}"></i>'
        for k, stage in enumerate(stages)
        if stage.milliseconds is not None
    )
    taken = stages[now].milliseconds if now is not None else 0.0
    total = sum(stage.milliseconds or 0.0 for stage in stages)
    words = "only made to be looked at" if taken is None else f"{taken:.1f} of {total:.1f} ms"
    told = "Measured anew while the steps are taken one by one"
    return f'<div class="time-bar" aria-hidden="true">{parts}</div><span class="time" title="{told}">{words}</span>'


def _render_part(column: StoryColumn, now: int | None) -> str:
    """What one method does in one act."""
    detector, stages = column
    if now is None:
        content = '<h3 class="foot">This way needs no such step.</h3>'
    else:
        content = f"<h3>{escape(stages[now].title)}</h3>{stages[now].body}"
    tint = method_lines([detector.name])[detector.name][0]
    return (
        f'<article style="--tint: {tint}"><header><h2>{escape(detector.approach)} '
        f'<span class="method">{escape(detector.label)}</span></h2>{_time_bar(stages, now)}</header>{content}</article>'
    )


def render_story(columns: Sequence[StoryColumn]) -> str:
    """All acts in a row, of which the page shows one, and the way from one to the next.

    Args:
        columns: the methods, at least one, each with at least one stage.
    """
    acts = align_stages([column.stages for column in columns])
    count = len(acts)
    steps = "".join(
        f'<button type="button" data-act="{k}" aria-label="Step {k + 1}">{k + 1}</button>' for k in range(count)
    )
    rendered = "".join(
        f'<section class="act" aria-label="Step {k + 1} of {count}">'
        + "".join(_render_part(column, now) for column, now in zip(columns, act, strict=True))
        + "</section>"
        for k, act in enumerate(acts)
    )
    return (
        '<nav class="steps" aria-label="Steps of both ways">'
        '<button type="button" data-step="-1" aria-label="Step back">&#8592;</button>'
        f'{steps}<button type="button" class="main" data-step="1" aria-label="Next step">Next &#8594;'
        '</button><span class="hint">or arrow keys, or a swipe</span></nav>'
        f'<div class="story" tabindex="0" role="group" aria-label="Both ways, step by step">{rendered}</div>'
    )
