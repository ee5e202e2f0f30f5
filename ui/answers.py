"""What is sent back: every answer with the headers that protect it, or a refusal in one sentence."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import Message, Scope, Send

from ui.logs import log
from ui.origins import FRAME_ANCESTORS

API = "/gradio_api"
UPLOAD = f"{API}/upload"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # The page makes its links from the address that it was opened at; other hosts learn nothing of drawings in links.
    "Referrer-Policy": "same-origin",
}


class Refusal(Exception):  # noqa: N818  (an answer, no fault of ours)
    """A request is not answered as it wishes.

    Attributes:
        status: of the answer.
        sentence: why, in the user's words.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class Answer:
    """What is sent back: every answer gets the headers, and may be replaced by a refusal before it has begun."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._is_open = False  # has no length of its own, so that it can end anywhere
        self._begun = self._over = False
        self.instead: Refusal | None = None

    async def send(self, message: Message) -> None:
        """Sends a part of the answer."""
        if self.instead and not self._begun:
            await self.refuse(self.instead)
        if self.instead:
            return
        if message["type"] == "http.response.start":
            self._begun = True
            headers = MutableHeaders(scope=message)
            self._is_open = "content-length" not in headers
            self._add_headers(headers)
        self._over = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)

    async def refuse(self, refusal: Refusal, cause: str = "") -> None:
        """Sends a sentence instead of the answer, or ends it where it has begun; the log gets one line.

        Args:
            refusal: why.
            cause: name of the error behind it, for the log.
        """
        log.warning("refused: %s%s", refusal.sentence, f" ({cause} at {self._scope['path'][:60]})" if cause else "")
        if self._begun:
            if self._is_open and not self._over:
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        self._begun = True
        upload = self._scope["path"].rstrip("/").endswith(UPLOAD)  # the page shows that text as it is
        response: Any = (
            PlainTextResponse(refusal.sentence, refusal.status)
            if upload
            else JSONResponse({"detail": refusal.sentence}, refusal.status)
        )
        response.headers["Connection"] = "close"  # what is left of the request is not read
        self._add_headers(response.headers)
        await response(self._scope, _nothing, self._send)

    def _add_headers(self, headers: MutableHeaders) -> None:
        for name, value in HEADERS.items():
            headers[name] = value
        policy = f"frame-ancestors {FRAME_ANCESTORS}"
        if f"{API}/file=" in self._scope["path"]:
            policy = f"sandbox; {policy}"
            named = headers.get("content-disposition", "attachment").partition(";")[2]
            headers["Content-Disposition"] = f"attachment;{named}" if named else "attachment"
        headers["Content-Security-Policy"] = policy


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
