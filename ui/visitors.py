"""Who a request comes from, and how visitors share what is scarce: whoever holds most of it gives up first."""

from __future__ import annotations

import hmac
import ipaddress
import os
import secrets
import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

PROXIES = int(os.environ.get("DIGIT_DUEL_PROXIES", "1" if os.environ.get("SPACE_ID") else "0"))
"""Trusted proxies in front of the server.  Each appends the address that it sees to X-Forwarded-For; what stands before
those was written by the client and is not believed.  A Space has one."""

IPV6_PREFIX_BITS = 64
"""Bits that tell IPv6 visitors apart: a household gets all addresses behind them."""

CALLER_HEADER = b"x-digit-duel-visitor"
"""Says for whom the server calls itself: tools of the MCP server send on the headers of whoever uses them."""

_CALLER_MARK = secrets.token_hex(16).encode()
"""What only this process knows, so that nobody else's header is believed."""

current_visitor: ContextVar[str] = ContextVar("current_visitor", default="")
"""Whose request is being answered."""


def visitor_address(scope: Mapping[str, Any]) -> str:
    """The address that stands for a visitor, of an HTTP request's ASGI scope."""
    if "digit_duel.visitor" in scope:
        return str(scope["digit_duel.visitor"])
    for name, value in scope["headers"]:
        mark, _, caller = value.partition(b" ")
        if name == CALLER_HEADER and hmac.compare_digest(mark, _CALLER_MARK):
            return str(caller.decode("latin-1"))
    client = scope.get("client")
    address = str(client[0]) if client else ""
    if PROXIES:
        values = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
        hops = [hop.strip() for hop in ",".join(values).split(",") if hop.strip()]
        if len(hops) >= PROXIES:
            address = hops[-PROXIES]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed.packed, IPV6_PREFIX_BITS), strict=False))


def note_caller(scope: MutableMapping[str, Any], visitor: str) -> None:
    """Writes into a request's headers whose it is, for the calls that the server makes to itself to answer it."""
    kept = [(name, value) for name, value in scope["headers"] if name != CALLER_HEADER]
    scope["headers"] = [*kept, (CALLER_HEADER, _CALLER_MARK + b" " + visitor.encode("latin-1", "replace"))]


class Ledger:
    """What visitors keep on the server, in bytes, up to a limit for all of them together.

    Above it, the visitor who holds most gives up what was longest unused, until there is room: nobody loses anything to
    someone who holds less.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._entries: OrderedDict[str, tuple[str, int]] = OrderedDict()  # oldest first; key -> visitor, bytes
        self._bytes: Counter[str] = Counter()
        self._lock = threading.Lock()

    def put(self, key: str, size: int, visitor: str | None = None) -> list[str]:
        """Notes that something is used and how large it is now; the keys of what has to go.

        Args:
            key: names it.
            size: bytes.
            visitor: whose it is; whose it was, if None.
        """
        with self._lock:
            before = self._remove(key) if key in self._entries else ""
            owner = visitor or before
            self._entries[key] = (owner, size)
            self._add(owner, size)
            surplus = []
            while self._bytes.total() > self.max_bytes:
                largest = max(self._bytes, key=lambda name: self._bytes[name])
                oldest = next(k for k, (name, _) in self._entries.items() if name == largest)
                self._remove(oldest)
                surplus.append(oldest)
            return surplus

    def drop(self, key: str) -> None:
        """Forgets something, if it is there."""
        with self._lock:
            if key in self._entries:
                self._remove(key)

    def held(self, visitor: str) -> int:
        """Bytes that a visitor holds."""
        return self._bytes[visitor]

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def _remove(self, key: str) -> str:
        """Whose it was."""
        owner, size = self._entries.pop(key)
        self._add(owner, -size)
        return owner

    def _add(self, owner: str, size: int) -> None:
        self._bytes[owner] += size
        if self._bytes[owner] <= 0:
            del self._bytes[owner]
