"""Files of a few megabytes that Pillow would open for minutes, or into gigabytes; and ordinary pictures."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ink.drawing import DrawingError, read_drawing
from ink.picture_files import open_picture
from tests.helpers import draw_digits

PICTURE = Image.fromarray(draw_digits((4, (200, 200), 200)))


def saved(form: str, **settings: object) -> bytes:
    out = io.BytesIO()
    PICTURE.save(out, form, **settings)
    return out.getvalue()


def tags(count: int, block: bytes, pointed_at: int) -> bytes:
    """A TIFF's head and so many tags that all point to the same bytes."""
    rows = b"".join(struct.pack("<HHII", 40_000 + k, 7, len(block), pointed_at) for k in range(count))
    return b"II" + struct.pack("<HIH", 42, 8, count) + rows + b"\0" * 4


def tiff_of_one_block() -> bytes:
    block = b"\0" * 100_000
    return tags(150, block, 8 + 2 + 150 * 12 + 4) + block


def jpeg_of_many_scans() -> bytes:
    data = saved("JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * 200 + data[-2:]


def jpeg_of_many_notes() -> bytes:
    note = b"\xff\xe1" + struct.pack(">H", 34) + b"Exif\0\0" + b"\0" * 26
    data = saved("JPEG")
    return data[:2] + note * 2000 + data[2:]


def gif_with_a_long_comment() -> bytes:
    data = saved("GIF")
    head = 13 + (3 << ((data[10] & 7) + 1))
    return data[:head] + b"!\xfe" + (b"\xff" + b"x" * 255) * 1000 + b"\0" + data[head:]


def plain_pbm_of_comments() -> bytes:
    return b"P1 100 100\n" + b"#\n" * 500_000 + b"1" * 10_000


def plain_ppm() -> bytes:
    return b"P3 1000 1000 255\n" + b"255 255 255\n" * 1_000_000


def pgm_of_comments() -> bytes:
    return b"P5\n" + b"#\n" * 500_000 + b"10 10 255\n" + b"\0" * 100


def packed_bmp() -> bytes:
    """Two rows of 12 million pixels, of which a jump of four bytes stands for all."""
    colours = b"".join(bytes([i, i, i, 0]) for i in range(256))
    jump = b"\0\2\0\xff\0\1"
    info = struct.pack("<IiiHHIIiiII", 40, 12_000_000, 2, 1, 8, 1, len(jump), 0, 0, 256, 0)
    begin = 14 + len(info) + len(colours)
    return b"BM" + struct.pack("<IHHI", begin + len(jump), 0, 0, begin) + info + colours + jump


def tiff(rows: list[tuple[int, int, int, int]], data: bytes = b"") -> bytes:
    """A TIFF of these tags (number, type, count, value) and the data behind them."""
    packed = b"".join(struct.pack("<HHI", *row[:3]) + struct.pack("<I", row[3]) for row in sorted(rows))
    return b"II" + struct.pack("<HIH", 42, 8, len(rows)) + packed + b"\0" * 4 + data


def tiff_of_one_large_tile() -> bytes:
    data = zlib.compress(bytes(1000))
    rows = [(256, 4, 1, 16), (257, 4, 1, 16), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1), (277, 3, 1, 1),
            (322, 4, 1, 32752), (323, 4, 1, 65520), (324, 4, 1, 134), (325, 4, 1, len(data))]  # fmt: skip
    return tiff(rows, data)


def tiff_of_many_strips() -> bytes:
    count = 200_000
    rows = [(256, 4, 1, 1), (257, 4, 1, count), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (277, 3, 1, 1),
            (278, 3, 1, 1), (273, 1, count, 134), (279, 1, count, 134)]  # fmt: skip
    return tiff(rows, bytes(2 * count))


def pgm_of_an_odd_range() -> bytes:
    return b"P5 5000 3990 254\n" + bytes(19_950_000)


def picture_of_another_kind() -> bytes:
    return b"PyP" + b" " * 1_000_000 + b"5 5 255\n" + bytes(25)


def jpeg_of_filling() -> bytes:
    data = saved("JPEG")
    return data[:2] + b"\xff" * 1_000_000 + data[2:]


def jpeg_of_empty_parts() -> bytes:
    data = saved("JPEG")
    return data[:2] + b"\xff\xe5\0\2" * 500_000 + data[2:]


def png_of_empty_parts() -> bytes:
    data = saved("PNG")
    empty = struct.pack(">I", 0) + b"abAb" + struct.pack(">I", zlib.crc32(b"abAb"))
    return data[:33] + empty * 100_000 + data[33:]


def large_animation() -> bytes:
    """A canvas of 24 million pixels around a frame of one."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("white", "black")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    data = bytearray(out.getvalue())
    data[24:30] = (4889).to_bytes(3, "little") * 2
    return bytes(data)


BOMBS = [
    tiff_of_one_block, jpeg_of_many_scans, jpeg_of_many_notes, gif_with_a_long_comment, plain_pbm_of_comments,
    plain_ppm, pgm_of_comments, packed_bmp, tiff_of_one_large_tile, tiff_of_many_strips, pgm_of_an_odd_range,
    picture_of_another_kind, jpeg_of_filling, jpeg_of_empty_parts, png_of_empty_parts, large_animation,
]  # fmt: skip


@pytest.mark.parametrize("make", BOMBS, ids=lambda make: make.__name__)
def test_what_would_cost_far_more_than_it_holds_is_refused(make: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(make())
    with pytest.raises(DrawingError, match="can't be read"):
        read_drawing(path)
    with pytest.raises(ValueError, match=r"[Aa]n? "):  # by its structure, before Pillow has a look
        open_picture(path, ())


def test_a_png_whose_notes_are_tags_of_one_block_is_refused(tmp_path: Path) -> None:
    block = b"\0" * 10_000
    (tmp_path / "picture.png").write_bytes(saved("PNG", exif=tags(50, block, 8 + 2 + 50 * 12 + 4) + block))
    with pytest.raises(DrawingError, match="can't be read"):
        read_drawing(tmp_path / "picture.png")


@pytest.mark.parametrize(
    ("form", "settings"),
    [
        ("PNG", {}), ("JPEG", {"progressive": True}), ("JPEG", {}), ("WEBP", {}), ("BMP", {}),
        ("GIF", {"comment": b"by hand"}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("PPM", {}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turned", [1, 6])
def test_ordinary_files_are_read(form: str, settings: dict[str, object], turned: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = turned
    more = {"exif": exif} if form in ("PNG", "JPEG", "WEBP", "TIFF") else {}
    (tmp_path / "picture").write_bytes(saved(form, **settings, **more))
    found = read_drawing(tmp_path / "picture")
    expected = np.rot90(np.asarray(PICTURE), -1) if turned == 6 and more else np.asarray(PICTURE)
    assert np.abs(found.astype(int) - expected).mean() < 2


def test_plain_pictures_of_usual_size_are_read(tmp_path: Path) -> None:
    (tmp_path / "picture.pbm").write_bytes(b"P1\n# by hand\n3 2\n1 0 1\n0 1 0\n")
    assert read_drawing(tmp_path / "picture.pbm")[..., 0].tolist() == [[0, 255, 0], [255, 0, 255]]
