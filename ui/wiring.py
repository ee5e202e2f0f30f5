"""Between Gradio and the handlers: they answer by name, and here a name becomes the component on the page."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import gradio as gr
from gradio.blocks import Block
from gradio.events import Dependency

from ui.waiting import READING

Updates = dict[str, object]
"""What a handler answers: name of a component -> its new value; what is not named stays as it is."""


Part = TypeVar("Part", bound=Block)


def by_name(*components: Part) -> dict[str, Part]:
    """Components by the name that each has in the page, its ``elem_id``."""
    return {str(component.elem_id): component for component in components}


def listen(
    event: Callable[..., Dependency],
    handler: Callable[..., Updates | Iterator[Updates]],
    bound: Sequence[object],
    inputs: Sequence[Block],
    outputs: Mapping[str, Block],
    **settings: Any,
) -> Dependency:
    """Has a handler answer an event of the page; it is no endpoint, so clients can't call it.

    Args:
        event: such as ``button.click``.
        handler: a function, or a generator function that answers several times.
        bound: the handler's first arguments.
        inputs: components whose values are its other arguments.
        outputs: what it may change, by name.
        settings: of the event; it waits among those that take a fraction of a second, unless they name another lane.
    """
    call = _name_to_component(handler, bound, outputs)
    settings = {**READING, **settings} if settings.get("queue", True) else settings
    return event(call, list(inputs), list(outputs.values()), api_visibility="private", **settings)


def _name_to_component(
    handler: Callable[..., Updates | Iterator[Updates]], bound: Sequence[object], outputs: Mapping[str, Block]
) -> Callable[..., Any]:
    """The handler as Gradio calls it: its first arguments are given, its answers are keyed by component."""
    answer: Callable[..., Any] = functools.partial(handler, *bound)

    def by_component(updates: Updates) -> dict[Any, Any]:
        return {outputs[name]: value for name, value in updates.items()} or gr.skip()

    def call(*values: object) -> dict[Any, Any]:
        return by_component(answer(*values))

    def call_many(*values: object) -> Iterator[dict[Any, Any]]:
        for updates in answer(*values):
            yield by_component(updates)

    # By the signature and its types Gradio learns who wants the request or the event's details: a partial hides them.
    wrapped = functools.wraps(handler)(call_many if inspect.isgeneratorfunction(handler) else call)
    wrapped.__dict__["__signature__"] = inspect.signature(answer)
    return wrapped
