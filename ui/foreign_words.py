"""What FastAPI and Gradio refuse by themselves, told in the user's words; the log gets one line each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.logs import log, shorten

CALL_FORM = 'A call is JSON of the form {"data": [...]}, with one value for each argument.'

OWN_WORDS = {
    "Not Found": "There is no such page.",
    "Method Not Allowed": "This address takes no requests of that kind.",
    "There was an error parsing the body": CALL_FORM,
    "Invalid JSON body.": CALL_FORM,
    "Session hash not found.": "A call through the queue says whose session it belongs to.",
}
"""What the libraries say, and what a user is told instead; their other refusals are sentences."""


def _tell(status: int, sentence: str, headers: Any = None) -> Response:
    log.warning("refused: %s", shorten(sentence))
    return JSONResponse({"detail": shorten(sentence)}, status, headers)


async def tell_form(_: Request, error: RequestValidationError) -> Response:
    """Says how a request that has another form should look: 400 where it is no JSON, else 422."""
    fault = error.errors()[0]
    place, *names = fault["loc"]
    if place != "body":
        return _tell(422, f"The address of this request lacks {names[0]}, or has it in another form.")
    return _tell(400 if fault["type"] == "json_invalid" else 422, CALL_FORM)


async def tell_refusal(_: Request, error: HTTPException) -> Response:
    """Passes a refusal on."""
    return _tell(error.status_code, OWN_WORDS.get(str(error.detail), str(error.detail)), error.headers)


async def tell_no_endpoint(_: Request, __: FnIndexInferError) -> Response:
    """Answers whoever calls what is not there."""
    return _tell(404, "There is no such endpoint.")


REFUSALS: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {
    RequestValidationError: tell_form,
    HTTPException: tell_refusal,
    FnIndexInferError: tell_no_endpoint,
}
"""By what is raised, who answers; for FastAPI."""
