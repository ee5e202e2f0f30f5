"""What runs here: the methods with their weights and licence; and how to show the page elsewhere or have one's own."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from html import escape
from importlib.metadata import PackageNotFoundError, version

from detectors import DETECTORS, Detector, method_lines
from ui.methods import method_name
from weights.store import WEIGHTS_FOLDER

SPACE_NAME = re.compile(r"[\w.-]+/[\w.-]+")
"""Owner and name of a Space, as its host says them in the environment."""

PACKAGES = ("digit-duel", "gradio", "onnxruntime", "opencv-python-headless")
"""Whose versions are told, where they are installed."""


def _weights_of(name: str) -> str:
    """The cells of a method's row that tell of its weights: what they are, how large, and by what they are known."""
    method = DETECTORS.get(name)
    if method is None or not method.weights:
        return "<td>none</td><td></td><td></td>"
    suffix = ".onnx" if (WEIGHTS_FOLDER / f"{method.weights}.onnx").is_file() else ".safetensors"
    card = json.loads((WEIGHTS_FOLDER / f"{method.weights}.json").read_text(encoding="utf-8"))
    return (
        f"<td>{escape(method.weights + suffix)}</td><td>{card['parameters']:,}</td>"
        f'<td><code title="SHA-256 of the weights">{escape(card["sha256"][:12])}</code></td>'
    )


def render_methods(detectors: Mapping[str, Detector]) -> str:
    """A table of the methods and their weights, and the versions of what runs them."""
    colours = method_lines(detectors)
    rows = "".join(
        f'<tr><th scope="row" style="--tint: {colours[name][0]}">{escape(method_name(detector))}</th>'
        f"{_weights_of(name)}<td>MIT</td></tr>"
        for name, detector in detectors.items()
    )
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return (
        '<table><thead><tr><th scope="col">Method</th><th scope="col">Weights</th><th scope="col">Parameters</th>'
        f'<th scope="col">Version</th><th scope="col">Licence</th></tr></thead><tbody>{rows}</tbody></table>'
        f'<p class="foot">{escape(", ".join(versions))}. Code and weights are MIT.</p>'
    )


def render_snippets(space: str | None) -> str:
    """How to embed the page, whose address the browser fills in, and how to have a copy of it.

    Args:
        space: the Space it runs on, "owner/name"; None elsewhere.
    """
    frame = '<iframe src="HERE" width="100%" height="900" style="border: 0" title="Digit Duel"></iframe>'
    duplicate = (
        f'<p>Your own copy: <a href="https://huggingface.co/spaces/{space}?duplicate=true" target="_blank" '
        'rel="noopener">duplicate this Space</a>.</p>'
        if space and SPACE_NAME.fullmatch(space)
        else "<p>Your own copy: the folder that this runs from is a whole Space; its README says how to start it.</p>"
    )
    rows = "".join(
        f'<p>{label} <button type="button" data-copy>Copy</button></p><pre><code data-here>{escape(text)}</code></pre>'
        for label, text in (
            ("In a page of yours:", frame),
            ("On a projector:", "HERE?present"),
            ("A game:", "HERE?play"),
        )
    )
    return f"{duplicate}{rows}"


def render_about(detectors: Mapping[str, Detector]) -> str:
    """Everything that stands behind the page, folded away."""
    return (
        '<details><summary>What runs here, and how to embed or duplicate it</summary><div class="about">'
        f"<section>{render_methods(detectors)}</section>"
        f"<section>{render_snippets(os.environ.get('SPACE_ID'))}</section></div></details>"
    )
