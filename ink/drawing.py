"""Whatever a person can hand in -> one clean drawing, uint8 ``[H, W, 3]`` RGB: the one place where input is doubted."""

from __future__ import annotations

import struct
import threading
import warnings
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageOps

from ink.picture_files import check_exif, open_picture

BLANK_SIDE = 400
"""Side in pixels of the sheet that stands for "nothing drawn yet"; the page's pad has the same."""

MAX_PIXELS = 24_000_000
"""Larger pictures are refused before they are unpacked: a small file can hold a very large one."""

LARGE_PIXELS = 4_000_000
"""Larger pictures are unpacked one at a time, whoever asks: each takes many times its pixels while that lasts."""

_UNPACKING = threading.Lock()

MIN_VISIBLE_CONTRAST = 64
"""Levels (of 255) by which ink on transparency has to differ from white, or black is laid behind it."""

MIN_VISIBLE_SHARE = 0.02
"""Share of the opaque pixels that has to differ so; stray dark pixels at the rim of light strokes are fewer."""

BAND_ROWS = 512
"""Rows of a transparent picture that are laid on paper at once."""

WORK_SIDE = 1600
"""Longest side in pixels that any method works on; larger drawings are reduced first, boxes scaled back."""

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")


BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, MemoryError, TypeError, OverflowError, LookupError, struct.error,
)  # fmt: skip
"""What Pillow raises where a picture is broken."""


class DrawingError(ValueError):
    """The input is no drawing; the message says why in the user's words."""


def blank_drawing() -> np.ndarray:
    """An empty white sheet, uint8 ``[400, 400, 3]``."""
    return np.full((BLANK_SIDE, BLANK_SIDE, 3), 255, np.uint8)


def read_drawing(path: str | Path) -> np.ndarray:
    """A picture file as a drawing, uint8 ``[H, W, 3]`` RGB, turned as its camera says; transparency becomes paper.

    Raises:
        DrawingError: missing, not a picture, broken, of a format that is not read (SVG), or too large.
    """
    path = Path(path)
    try:
        there, is_folder = path.is_file(), path.is_dir()
    except (OSError, ValueError):  # a name that no file can have
        there, is_folder = False, False
    if is_folder:
        raise DrawingError(f"{path.name[:80] or 'That'} is a folder; name the pictures in it.")
    if not there:
        raise DrawingError(f"There is no file {path.name[:80]}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures; the next lines refuse them
            with open_picture(path, FORMATS) as image:
                return _unpack(image)
    except DrawingError:
        raise
    except Image.DecompressionBombError as error:
        raise DrawingError(f"{path.name} is too large: at most {MAX_PIXELS // 1_000_000} million pixels.") from error
    except Image.UnidentifiedImageError as error:
        raise DrawingError(
            f"{path.name} is not a picture that can be read; use PNG, JPEG, WebP, BMP, GIF or TIFF. "
            "HEIC, as some phones take it, AVIF and SVG have to be saved as one of these first."
        ) from error
    except BROKEN as error:
        raise DrawingError(f"{path.name} is broken and can't be read to its end.") from error


def _unpack(image: Image.Image) -> np.ndarray:
    """The pixels of a picture whose header alone was read, as a drawing."""
    _check_size(image.height, image.width)
    with _UNPACKING if image.height * image.width > LARGE_PIXELS else nullcontext():
        image.load()
        check_exif(image)  # in a PNG it may stand behind the pixels
        return as_drawing(ImageOps.exif_transpose(image))


def read_png(data: bytes, max_side: int = MAX_PIXELS) -> np.ndarray:
    """A PNG's bytes as a drawing, uint8 ``[H, W, 3]`` RGB.

    Args:
        data: the file.
        max_side: its longer side in pixels, at most.

    Raises:
        DrawingError: it is no PNG, broken, or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with open_picture(data, ("PNG",)) as image:
                if max(image.size) > max_side:
                    raise DrawingError(f"The picture is too large: at most {max_side} pixels a side.")
                return _unpack(image)
    except DrawingError:
        raise
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise DrawingError("The picture can't be read.") from error


def as_drawing(value: Any) -> np.ndarray:
    """Anything drawn -> uint8 ``[H, W, 3]`` RGB.

    Args:
        value: None or an untouched pad (a blank sheet); an editor's value (a mapping with ``composite``, or with
            ``background`` where that is all there is); a path; a PIL image; or an array ``[H, W]``, ``[H, W, 1]``,
            ``[H, W, 2]``, ``[H, W, 3]`` or ``[H, W, 4]`` of integers 0-255 or floats 0-1.

    Raises:
        DrawingError: none of these.
    """
    if value is None:
        return blank_drawing()
    if isinstance(value, Mapping):
        composite = value.get("composite")
        return as_drawing(value.get("background") if composite is None else composite)
    if isinstance(value, str | Path):
        return read_drawing(value)
    if isinstance(value, Image.Image):
        _check_size(value.height, value.width)
        has_alpha = value.mode in ("RGBA", "LA", "PA") or "transparency" in value.info
        if value.mode in ("I", "I;16", "I;16B", "F"):  # more than eight bits: stretch, or all would clip to white
            return _from_array(_stretch(np.asarray(value)))
        return as_drawing(np.asarray(value.convert("RGBA" if has_alpha else "RGB")))
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise DrawingError("That is not a picture: expected rows of numbers, all of one length.") from error
    return _from_array(array)


def _check_size(height: int, width: int) -> None:
    if height < 1 or width < 1:
        raise DrawingError("The drawing has no pixels.")
    if height * width > MAX_PIXELS:
        raise DrawingError(
            f"The picture is too large: {width} x {height} pixels, at most {MAX_PIXELS // 1_000_000} million."
        )


def _check_finite(array: np.ndarray) -> None:
    if not np.isfinite(array).all():
        raise DrawingError("The picture holds values that are not numbers (NaN or infinite).")


def _stretch(deep: np.ndarray) -> np.ndarray:
    """More than eight bits, ``[H, W]`` of any number type, to uint8: the least value 0, the largest 255; white if even.

    Whole numbers go through a table, as a copy in doubles takes eight times the room of the result.
    """
    if deep.dtype.kind == "f":
        _check_finite(deep)
    low, high = deep.min(), deep.max()
    if not high > low:
        return np.full(deep.shape, 255, np.uint8)
    if deep.dtype.kind in "iu" and int(high) - int(low) < 1 << 16:
        steps = np.arange(int(high) - int(low) + 1) / (int(high) - int(low))
        return np.asarray(np.round(steps * 255).astype(np.uint8)[deep - low])
    scaled = deep.astype(np.float32)
    scaled -= np.float32(low)
    scaled *= np.float32(255 / (float(high) - float(low)))
    return np.asarray(np.rint(scaled, out=scaled).astype(np.uint8))


def _lay_on_paper(colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Colour uint8 ``[H, W, C]`` with transparency ``[H, W, 1]`` on white; on black where white would hide the ink."""
    opaque = alpha[..., 0] > 127
    # Channel by channel: the least of each pixel's three takes five times as long.
    stands_out = np.logical_or.reduce([plane < 255 - MIN_VISIBLE_CONTRAST for plane in np.moveaxis(colour, 2, 0)])
    visible = np.count_nonzero(opaque)
    hidden = np.count_nonzero(stands_out & opaque) < MIN_VISIBLE_SHARE * visible
    # A sheet that is mostly opaque brings its own paper.
    paper = 0 if hidden and visible < 0.5 * opaque.size else 255
    laid = np.empty_like(colour)
    for top in range(0, len(colour), BAND_ROWS):
        band = np.s_[top : top + BAND_ROWS]
        cover = alpha[band].astype(np.uint16)
        laid[band] = (colour[band] * cover + np.uint16(paper) * (255 - cover) + 127) // 255
    return laid


def _from_array(array: np.ndarray) -> np.ndarray:
    if array.dtype == object or array.dtype.kind not in "buif":
        raise DrawingError("That is not a picture: expected numbers.")
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 2, 3, 4):
        raise DrawingError(f"That is not a picture: expected [height, width, 1 to 4], got {list(array.shape)}.")
    _check_size(*array.shape[:2])
    if array.dtype.kind == "b":
        array = array.astype(np.uint8) * 255
    elif array.dtype.kind == "f":
        _check_finite(array)
        array = np.round(np.clip(array, 0, 1) * 255).astype(np.uint8)
    elif array.dtype != np.uint8:
        array = np.clip(array, 0, 255).astype(np.uint8)
    colour, alpha = (array, None) if array.shape[2] in (1, 3) else (array[..., :-1], array[..., -1:])
    if alpha is not None and alpha.min() < 255:
        colour = _lay_on_paper(colour, alpha)
    return np.ascontiguousarray(np.repeat(colour, 3, 2) if colour.shape[2] == 1 else colour)


def png_bytes(image: np.ndarray, smallest: bool = False) -> bytes:
    """An image, uint8 ``[H, W, 3]`` RGB or ``[H, W]``, as a PNG: the counterpart of :func:`read_png`.

    Args:
        image: what to write.
        smallest: packed as closely as can be, which takes longer.
    """
    pixels = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 9] if smallest else [])[1].tobytes()


def reduce_to(image: np.ndarray, side: int) -> tuple[np.ndarray, float]:
    """An image with its longer side at most ``side`` pixels, and the factor it was reduced by (at most 1)."""
    scale = min(1.0, side / max(image.shape[:2]))
    if scale == 1.0:
        return image, scale
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), scale


def to_work_size(image: np.ndarray) -> tuple[np.ndarray, float]:
    """As :func:`reduce_to`, to ``WORK_SIDE``."""
    return reduce_to(image, WORK_SIDE)
