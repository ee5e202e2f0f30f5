"""Serves the page without a server as a file host does: below some path, as an isolated page or not."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

DIST = Path(__file__).resolve().parents[1] / "web" / "dist"

SUB_PATH = "/somewhere/below/"
"""Where the page is served: nothing in it may rely on the root."""

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}

PACKED_SUFFIXES = (".html", ".js", ".mjs", ".css", ".json", ".svg", ".webmanifest")
"""Files that hosts send packed."""


class _Handler(SimpleHTTPRequestHandler):
    """Files of a folder under the sub-path, packed as hosts do."""

    isolated = False
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, _ = self.path.partition("?")
        name = path.removeprefix(SUB_PATH) or "index.html"
        file = (DIST / name).resolve()
        if not path.startswith(SUB_PATH) or DIST not in file.parents or not file.is_file():
            self.send_error(404)
            return
        data = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if file.suffix == ".mjs" else self.guess_type(str(file)))
        if file.suffix in PACKED_SUFFIXES and "gzip" in self.headers.get("Accept-Encoding", ""):
            data = gzip.compress(data, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        for header, value in ISOLATION.items() if self.isolated else ():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: what matters is told by the visitor."""


@contextmanager
def serve_page(isolated: bool) -> Iterator[str]:
    """Serves the built page; gives its address."""
    handler = type("Handler", (_Handler,), {"isolated": isolated})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(DIST)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{SUB_PATH}"
    finally:
        server.shutdown()
