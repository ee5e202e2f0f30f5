import contextlib
import struct
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from ink import drawing
from ink.drawing import MAX_PIXELS, WORK_SIDE, DrawingError, as_drawing, read_drawing, read_png, to_work_size
from ink.ink import ink_bounds
from ink.paper import ink_map
from ink.sheet import Sheet
from tests.helpers import draw_digits

GREY = np.full((6, 5), 200, np.uint8)


@pytest.mark.parametrize(
    "value",
    [
        GREY,
        GREY[..., None],
        np.dstack([GREY] * 3),
        np.dstack([GREY] * 3 + [np.full_like(GREY, 255)]),
        np.dstack([GREY, np.full_like(GREY, 255)]),
        GREY / 255.0,
        GREY.astype(np.int64),
        Image.fromarray(GREY),
        {"composite": GREY, "background": None, "layers": []},
        {"composite": None, "background": GREY},
    ],
    ids=["grey", "h,w,1", "rgb", "rgba", "grey+alpha", "float", "int64", "pil", "editor", "background only"],
)
def test_everything_becomes_rgb(value: object) -> None:
    drawing = as_drawing(value)
    assert drawing.dtype == np.uint8
    assert drawing.shape == (6, 5, 3)
    assert (drawing == 200).all()


@pytest.mark.parametrize("value", [None, {"composite": None}, {}])
def test_nothing_drawn_is_a_blank_sheet(value: object) -> None:
    assert not Sheet(as_drawing(value)).has_ink


def test_transparency_is_paper() -> None:
    rgba = np.zeros((4, 4, 4), np.uint8)
    rgba[0, 0, 3] = 255
    drawing = as_drawing(rgba)
    assert (drawing[0, 0] == 0).all()
    assert (drawing[1:] == 255).all()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.zeros((0, 5, 3), np.uint8), "no pixels"),
        (np.full((4, 4), np.nan), "not numbers"),
        (np.full((4, 4), np.inf), "not numbers"),
        (Image.fromarray(np.array([[0, 1], [np.inf, 2]], np.float32)), "not numbers"),
        (Image.fromarray(np.array([[0, 1], [np.nan, 2]], np.float32)), "not numbers"),
        (np.zeros((4, 4, 7), np.uint8), "not a picture"),
        (np.zeros(4, np.uint8), "not a picture"),
        (np.array([["a"]]), "not a picture"),
        (np.array([[None]]), "not a picture"),
        ("no-such-file.png", "There is no file"),
        (".", "is a folder"),
        (np.broadcast_to(np.uint8(0), (MAX_PIXELS, 2)), "too large"),
    ],
)
def test_refuses_in_words(value: object, message: str) -> None:
    with pytest.raises(DrawingError, match=message):
        as_drawing(value)


def test_reads_files_of_all_kinds(tmp_path: Path) -> None:
    image = Image.fromarray(draw_digits((3, (200, 200), 200)))
    for name, mode in (
        ("a.png", "RGB"),
        ("a.jpg", "L"),
        ("a.webp", "RGB"),
        ("a.gif", "P"),
        ("a.png", "RGBA"),
        ("a.bmp", "1"),
    ):
        image.convert(mode).save(tmp_path / name)
        assert Sheet(read_drawing(tmp_path / name)).has_ink, (name, mode)


def test_sixteen_bits(tmp_path: Path) -> None:
    deep = np.full((60, 60), 40_000, np.uint16)
    deep[20:40, 28:32] = 500
    Image.fromarray(deep).save(tmp_path / "deep.png")
    assert ink_bounds(ink_map(read_drawing(tmp_path / "deep.png"))) == (28, 20, 32, 40)


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n"])
def test_refuses_what_is_no_picture(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(content)
    with pytest.raises(DrawingError, match=r"x\.png is"):
        read_drawing(path)


@pytest.mark.parametrize("start", ["Please read me", "II. Conclusion", "MM", "BMW 320d"])
def test_texts_that_begin_like_pictures_are_told_as_none(tmp_path: Path, start: str) -> None:
    path = tmp_path / "x.png"
    path.write_text(f"{start}: this file is no picture.\n" * 40)
    with pytest.raises(DrawingError, match="is not a picture"):
        read_drawing(path)


def png_of(width: int, height: int, chunks: int = 0) -> bytes:
    """A PNG of two colours with its first hundred rows at most, and empty chunks before them."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixels = zlib.compress(bytes(min(height, 100) * (1 + width // 8)))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"prVt", b"") * chunks + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("chunk", [(b"gAMA", b"\0"), (b"cHRM", b"\0" * 5), (b"tRNS", b"\0"), (b"iCCP", b"")])
def test_what_pillow_stumbles_over_is_told_as_broken(chunk: tuple[bytes, bytes]) -> None:
    name, data = chunk
    whole = png_of(80, 80)
    odd = struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    for place in (33, len(whole) - 12):  # before the pixels, and behind them
        with contextlib.suppress(DrawingError):
            assert read_png(whole[:place] + odd + whole[place:]).shape == (80, 80, 3)


def test_pngs_are_doubted_as_files_are() -> None:
    assert read_png(png_of(80, 80), 80).shape == (80, 80, 3)
    assert read_png(png_of(80, 80, 50)).shape == (80, 80, 3)
    for refused in (
        png_of(80, 80, 101),
        png_of(88, 80),
        png_of(30_000, 30_000),
        png_of(65_535, 65_535),
        png_of(80, 80, 120_000),
        b"",
        b"x",
    ):
        with pytest.raises(DrawingError):
            read_png(refused, 80)


def test_refuses_a_truncated_file(tmp_path: Path) -> None:
    Image.fromarray(draw_digits((3, (200, 200), 200))).save(tmp_path / "whole.png")
    data = (tmp_path / "whole.png").read_bytes()
    (tmp_path / "half.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(DrawingError, match="broken"):
        read_drawing(tmp_path / "half.png")


def test_refuses_a_bomb_before_unpacking(tmp_path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    with pytest.raises(DrawingError, match="too large"):
        read_drawing(tmp_path / "bomb.png")


COLOURS = [
    ((255, 255, 255), (0, 0, 0)),  # the pad
    ((0, 0, 0), (255, 255, 255)),  # a blackboard
    ((250, 240, 210), (30, 60, 140)),  # blue on cream
    ((255, 255, 255), (255, 255, 0)),  # yellow on white: only one channel tells
    ((20, 80, 40), (60, 200, 90)),  # green on green
    ((128, 128, 128), (176, 128, 128)),  # hardly any contrast
]


@pytest.mark.parametrize(("paper", "ink"), COLOURS)
def test_ink_is_found_in_any_colours(paper: tuple[int, int, int], ink: tuple[int, int, int]) -> None:
    image = np.full((80, 120, 3), paper, np.uint8)
    image[20:60, 50:58] = ink
    found = ink_map(image)
    assert ink_bounds(found) == (50, 20, 58, 60)
    assert found[40, 54] == 255
    assert found[5, 5] == 0


def test_an_empty_sheet_has_no_ink() -> None:
    rng = np.random.default_rng(0)
    for paper in (255, 0, 128):
        grain = np.clip(paper + rng.integers(-6, 7, (100, 100, 3)), 0, 255).astype(np.uint8)
        assert ink_bounds(ink_map(grain)) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (8, 3000), (3000, 8)])
def test_odd_shapes(shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), 255, np.uint8)
    assert ink_map(to_work_size(image)[0]).max() == 0


@pytest.mark.parametrize(("is_large", "most"), [(True, 1), (False, 2)])
def test_large_pictures_are_unpacked_one_at_a_time(
    is_large: bool, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    Image.new("L", (20, 20), 255).save(path)
    monkeypatch.setattr(drawing, "LARGE_PIXELS", 399 if is_large else 400)
    both, under_way, counts = threading.Barrier(2), [], []

    def unpack(image: Image.Image) -> Image.Image:
        under_way.append(image)
        counts.append(len(under_way))
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.2 if is_large else 30)
        under_way.pop()
        return image

    monkeypatch.setattr(ImageOps, "exif_transpose", unpack)
    with ThreadPoolExecutor(2) as pool:
        assert all(found.shape == (20, 20, 3) for found in pool.map(read_drawing, [path, path]))
    assert max(counts) == most


def test_work_size() -> None:
    small, scale = to_work_size(np.full((6000, 3000, 3), 255, np.uint8))
    assert max(small.shape) == WORK_SIDE
    assert small.shape[1] == round(3000 * scale)
    same, scale = to_work_size(np.zeros((10, 10, 3), np.uint8))
    assert (same.shape, scale) == ((10, 10, 3), 1.0)
