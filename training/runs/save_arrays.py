"""Writing a weight file of plain arrays, with its card: what no network runs."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from models.classes import CLASSES


def save_arrays(
    name: str,
    arrays: Mapping[str, np.ndarray],
    card: Mapping[str, Any],
    render: Callable[[dict[str, Any]], str],
    folder: Path,
) -> Path:
    """Writes ``<name>.safetensors``, ``<name>.json`` and ``<name>.md``; who is stopped half way keeps the old ones.

    Args:
        name: of the files.
        arrays: any types that safetensors knows.
        card: what the card says beside the checksum, its ``config`` among it.
        render: the card as Markdown.
        folder: where they go.

    Returns:
        The path of the safetensors file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".saving-", dir=folder) as aside:
        path, text, page = (Path(aside) / f"{name}{suffix}" for suffix in (".safetensors", ".json", ".md"))
        metadata = {"config": json.dumps(card["config"]), "classes": json.dumps(CLASSES)}
        save_file({key: np.ascontiguousarray(value) for key, value in arrays.items()}, path, metadata=metadata)
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
        full = {"name": name, "sha256": checksum, "classes": list(CLASSES), "calibration": {}, **card}
        text.write_text(json.dumps(full, indent=2) + "\n")
        page.write_text(render(full))
        for file in (path, text, page):
            file.chmod(0o644)
            file.replace(folder / file.name)
    return folder / f"{name}.safetensors"
