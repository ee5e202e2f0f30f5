"""What every request passes before Gradio sees it: routes, origin, how much a visitor sends and keeps, headers.

docs/security.md says against whom, and what is left to a proxy.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.answers import API, UPLOAD, Answer, Refusal
from ui.bodies import structure_fault
from ui.logs import log
from ui.origins import may_change_state
from ui.receiving import BROKEN_OFF, MAX_VISITOR_BYTES, Receiving, refuse_full
from ui.upload_quota import UploadQuota
from ui.visitors import current_visitor, note_caller, visitor_address
from ui.waiting import FairQueue

MAX_BODY_BYTES = 2_000_000
"""Bytes of a request that is no upload; live ink of 20,000 points takes 300 KB."""

MAX_UPLOAD_BYTES = 21_500_000
"""Bytes of an upload: a file of 20 MB, and the form around it."""

MAX_BODY_S = 20.0
"""Seconds in which a request that is no upload has to arrive."""

MAX_UPLOAD_S = 300.0
"""Seconds in which an upload has to arrive."""

LARGE_BODY_BYTES = 30_000
"""Bytes from which a call is parsed one at a time: nothing else runs meanwhile, and others get their turn between."""

MAX_OPEN_REQUESTS = 400
"""Requests of one visitor that are open at a time: each tab of a browser keeps two, and a school may be one visitor."""

MAX_DIRECT_CALLS = 4
"""Of those, how many work at a time outside the queue: sliders, and uploads of the pad."""

MAX_UPLOAD_NAME = 200
"""Letters of the address's end that names an upload whose progress is told: Gradio keeps it for a while."""

MCP = f"{API}/mcp"

ROUTES = re.compile(
    r"/|/config/?|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|/pwa_icon(/\d+)?|/(assets|static|svelte)/.+"
    rf"|{API}/(info|app_id|theme\.css|startup-events|user|login_check|upload|component_server|cancel|reset|openapi\.json)/?"
    rf"|{API}/(upload_progress|queue/(join|data|status)|(call|run|heartbeat)/.+|mcp(/.*)?|file=(?!\w\w+:).+)",
    re.DOTALL,
)
"""What the page and clients need; Gradio's monitoring, reloading, run history, proxy and streams are not among them."""

DIRECT = re.compile(rf"{API}/(run/.+|component_server/?)")

QUEUED = re.compile(rf"{API}/(call/.+|queue/join)/?")

ANSWER = re.compile(rf"{API}/call/(?:v2/)?[^/]+/(.+)")
"""Where the answer to a call is fetched, by the call's name."""


class Visits:
    """What one visitor has open: requests, bytes of those that are answered, and places for calls outside the queue."""

    def __init__(self) -> None:
        self.open = self.bytes = 0
        self.places = asyncio.Semaphore(MAX_DIRECT_CALLS)


class Guard:
    """ASGI middleware around the page.

    Args:
        app: what it stands before.
        quota: for uploads.
    """

    def __init__(self, app: ASGIApp, quota: UploadQuota | None = None) -> None:
        self.app, self.quota = app, quota or UploadQuota()
        self._visits: dict[str, Visits] = {}
        self._receiving = Receiving()
        self._large = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visitor = scope["digit_duel.visitor"] = visitor_address(scope)
        current_visitor.set(visitor)
        if scope["path"].removeprefix(scope.get("root_path", "")).startswith(MCP):
            note_caller(scope, visitor)
        answer = Answer(scope, send)
        visits = self._visits.setdefault(visitor, Visits())
        visits.open += 1
        try:
            self._check_request(scope, visits)
            await self._pass_on(scope, receive, answer, visits)
        except Refusal as refusal:
            await answer.refuse(refusal)
        except Exception as error:
            log.debug("a request failed", exc_info=error)
            sentence = "This request can't be answered; something in it is not as expected."
            await answer.refuse(Refusal(400, sentence), cause=type(error).__name__)
        finally:
            visits.open -= 1
            if not visits.open:
                self._visits.pop(visitor, None)

    def _check_request(self, scope: Scope, visits: Visits) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if not ROUTES.fullmatch(path):
            raise Refusal(404, "There is no such page.")
        if not may_change_state(scope):
            raise Refusal(403, "This request comes from another site; open the page itself.")
        query = scope.get("query_string", b"")
        if b"upload_id" in query and len(query) > MAX_UPLOAD_NAME:
            raise Refusal(400, "An upload's name is too long.")
        if visits.open > MAX_OPEN_REQUESTS:
            raise Refusal(429, "Too many requests at a time; please try again in a moment.")
        if scope["method"] == "GET" and (fetched := ANSWER.fullmatch(path)) and not is_awaited(scope, fetched[1]):
            raise Refusal(404, "There is no such answer: nobody asked for it, or it was fetched before.")

    async def _pass_on(self, scope: Scope, receive: Receive, answer: Answer, visits: Visits) -> None:
        if scope["method"] not in ("POST", "PUT", "PATCH", "DELETE"):
            await self.app(scope, receive, answer.send)
        elif scope["path"].rstrip("/").endswith(UPLOAD):
            await self._pass_upload(scope, receive, answer)
        else:
            body = await self._read_body(scope, receive)
            if not is_form(scope) and (fault := structure_fault(body)):
                raise Refusal(413, fault)
            scope["digit_duel.bytes"] = len(body)
            if scope["path"].removeprefix(scope.get("root_path", "")).startswith(MCP):
                await self._charge_inline_files(scope["digit_duel.visitor"], len(body))
            # Whatever waits for its turn, Gradio's answers included, is kept until then.
            visits.bytes += len(body)
            try:
                if visits.bytes > MAX_VISITOR_BYTES:
                    raise Refusal(429, "Too many requests at a time; please try again in a moment.")
                await self._pass_body(scope, body, receive, answer, visits)
            finally:
                visits.bytes -= len(body)

    async def _pass_body(self, scope: Scope, body: bytes, receive: Receive, answer: Answer, visits: Visits) -> None:
        if DIRECT.search(scope["path"]):
            async with visits.places:
                await self.app(scope, replay(body, receive), answer.send)
        elif len(body) > LARGE_BODY_BYTES and QUEUED.search(scope["path"]):
            async with self._large:
                await self.app(scope, replay(body, receive), answer.send)
        else:
            await self.app(scope, replay(body, receive), answer.send)

    async def _read_body(self, scope: Scope, receive: Receive) -> bytes:
        """A request's body, counted while it arrives: what its header says is not believed."""
        too_large = Refusal(413, f"A request has at most {MAX_BODY_BYTES // 10**6} MB.")
        if declared_length(scope) > MAX_BODY_BYTES:
            raise too_large
        visitor, body, deadline = scope["digit_duel.visitor"], bytearray(), asyncio.timeout(MAX_BODY_S)
        try:
            async with deadline:
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refusal(400, "The request was broken off.")
                    chunk = message.get("body", b"")
                    body += chunk
                    if len(body) > MAX_BODY_BYTES:
                        raise too_large
                    self._receiving.add(visitor, deadline, len(chunk))
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError as error:
            if deadline.when() == BROKEN_OFF:
                raise refuse_full() from error
            raise Refusal(408, "The request took too long to arrive.") from error
        finally:
            self._receiving.end(visitor, deadline)

    async def _charge_inline_files(self, visitor: str, size: int) -> None:
        """Calls over MCP bring files within their body, of which Gradio writes two copies."""
        await asyncio.to_thread(self.quota.measure)
        if reason := self.quota.refusal(visitor, 2 * size):
            raise Refusal(507, reason)
        self.quota.count(visitor, 2 * size)

    async def _pass_upload(self, scope: Scope, receive: Receive, answer: Answer) -> None:
        """Passes an upload on while it arrives, as long as it is not too large and there is room for it."""
        visitor, begun, count = scope["digit_duel.visitor"], asyncio.get_running_loop().time(), 0
        is_over = False
        if declared_length(scope) > MAX_UPLOAD_BYTES:
            raise Refusal(413, "A file has at most 20 MB.")
        await asyncio.to_thread(self.quota.measure)
        if reason := self.quota.refusal(visitor, max(0, declared_length(scope))):
            raise Refusal(507, reason)

        async def counted() -> Message:
            nonlocal count, is_over
            if is_over:
                return await receive()
            try:
                left = begun + MAX_UPLOAD_S - asyncio.get_running_loop().time()
                message = await asyncio.wait_for(receive(), max(0.0, left))
            except TimeoutError:
                answer.instead = Refusal(408, "The upload took too long to arrive.")
                raise MultiPartException("late") from None
            size = len(message.get("body", b""))
            count += size
            is_over = not message.get("more_body", False)
            reason = self.quota.refusal(visitor, size)
            if count > MAX_UPLOAD_BYTES:
                answer.instead = Refusal(413, "A file has at most 20 MB.")
            elif reason:
                answer.instead = Refusal(507, reason)
            if answer.instead:  # Gradio's reader of forms cleans up after this error
                raise MultiPartException("too much")
            self.quota.count(visitor, size)
            return message

        await self.app(scope, counted, answer.send)


def declared_length(scope: Scope) -> int:
    """Bytes that a request says it has; -1 where it says nothing that makes sense."""
    text = Headers(scope=scope).get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def is_form(scope: Scope) -> bool:
    """Whether a body is a form with files, as Gradio tells those apart that the pad uploads; all others are JSON."""
    is_pads = scope["path"].rstrip("/").endswith("/component_server")
    return is_pads and Headers(scope=scope).get("content-type", "").startswith("multipart/form-data")


def is_awaited(scope: Scope, name: str) -> bool:
    """Whether the answer to a call is to come, or there to be fetched."""
    page = scope["app"].get_blocks() if "app" in scope else None
    return page is None or not isinstance(page._queue, FairQueue) or page._queue.has_answer(name)


def replay(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """Receives a body that was read before, and then what else the client sends: that it has gone."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return parts.pop() if parts else await receive()

    return again
