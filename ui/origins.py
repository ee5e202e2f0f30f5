"""Which sites may change something here: the page itself, the frame of a Space, and those that are named."""

from __future__ import annotations

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers

SPACE_FRAME = "https://huggingface.co"
"""The site that shows a Space in a frame of its own page."""

ORIGINS = tuple(os.environ.get("DIGIT_DUEL_ORIGINS", "").replace(",", " ").split())
"""Origins, such as ``https://school.example`` or ``https://*.school.example``, whose pages may call this one."""

FRAME_ANCESTORS = os.environ.get("DIGIT_DUEL_FRAMES", "'self' https://huggingface.co https://*.hf.space")
"""Sites that may show the page in a frame, as a Content-Security-Policy names them."""

READING_METHODS = ("GET", "HEAD", "OPTIONS")


def may_change_state(scope: Mapping[str, Any]) -> bool:
    """Whether a request, by its ASGI scope, may do what it asks for.

    Browsers say which site's page sends a request that changes something; that has to be this page, or one that is
    allowed.  Clients that are no browser say nothing and go on working: they carry nobody's rights.
    """
    if scope["method"] in READING_METHODS:
        return True
    headers = Headers(scope=dict(scope))
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    own = {headers.get("host"), os.environ.get("SPACE_HOST")} - {None, ""}
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme in ("http", "https") and parts.netloc in own:
        return True
    return origin == SPACE_FRAME or any(fnmatchcase(origin, pattern) for pattern in ORIGINS)
