"""Handlers answer by name; Gradio gets components, and still sees what a handler asks for."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, get_type_hints

import gradio as gr
import pytest

from ui.wiring import Updates, by_name, listen


def on_one(factor: int, value: int) -> Updates:
    return {"double": factor * value} if value else {}


def on_many(factor: int, value: int) -> Iterator[Updates]:
    for k in range(2):
        yield {"double": factor * value + k}


def on_request(factor: int, value: int, request: gr.Request) -> Updates:
    return {"nowhere": request}


def wired(handler: Any) -> tuple[Any, dict[str, Any]]:
    """The function that Gradio gets, and the components that it may change."""
    given: list[Any] = []
    outputs = by_name(gr.Number(elem_id="double"), gr.HTML(elem_id="other"))
    listen(lambda *args, **_: given.extend(args), handler, (2,), [gr.Number()], outputs, queue=False)  # type: ignore
    assert given[2] == list(outputs.values())
    return given[0], outputs


def test_names_become_components() -> None:
    call, outputs = wired(on_one)
    assert call(4) == {outputs["double"]: 8}
    assert call(0) == gr.skip()


def test_a_generator_stays_one() -> None:
    call, outputs = wired(on_many)
    assert inspect.isgeneratorfunction(call)
    assert list(call(4)) == [{outputs["double"]: 8}, {outputs["double"]: 9}]


def test_gradio_sees_who_wants_the_request() -> None:
    call, _ = wired(on_request)
    assert list(inspect.signature(call).parameters) == ["value", "request"]
    assert get_type_hints(call)["request"] is gr.Request


def test_a_name_that_is_no_output_is_an_error() -> None:
    call, _ = wired(on_request)
    with pytest.raises(KeyError, match="nowhere"):
        call(4, None)
