"""What the added kinds promise of their objects."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from ink.pen import LINE_EXCESS_PX
from models.classes import CENSORED, OTHER
from training.glyphs.apart import distance_between
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import load_glyphs
from training.scenes.apart import GAP_RANGE
from training.scenes.composer import Scene, compose_scene
from training.scenes.formulas import SIGN_SHAPES, Typesetter
from training.scenes.groups import group_bounds, place_below, place_beside
from training.scenes.layouts import LayoutContext
from training.scenes.light import MIN_LIGHT, light_on_paper
from training.scenes.photographs import form_lines, ruled_lines
from training.scenes.placing import PlacedGlyph


@pytest.fixture(scope="module")
def glyphs(data_folder: Path) -> GlyphSet:
    return load_glyphs(data_folder, "train")


@pytest.fixture
def setter(glyphs: GlyphSet) -> Typesetter:
    return Typesetter(LayoutContext(glyphs, np.random.default_rng(1), 400, 400, 4.72), 50, 4.72, 0.2)


def scenes(glyphs: GlyphSet, kind: str, count: int = 40) -> list[Scene]:
    return [compose_scene(glyphs, np.random.default_rng([3, seed]), kind) for seed in range(count)]


def square(x: float, y: float, side: float) -> list[PlacedGlyph]:
    return [PlacedGlyph([np.array([[x, y], [x + side, y + side]], np.float32)], 0, 1.72)]


def test_groups_keep_the_gap_beside_and_below() -> None:
    beside = place_beside(square(0, 0, 20), square(90, 5, 10), 7)
    assert beside[1].box()[0] - beside[0].box()[2] == pytest.approx(7)
    below = place_below(square(0, 0, 20), square(90, 5, 10), 7, align=1.0)
    assert below[1].box()[1] - below[0].box()[3] == pytest.approx(7)
    assert below[1].box()[2] == pytest.approx(below[0].box()[2])


def test_a_fraction_bar_lies_between(setter: Typesetter) -> None:
    for _ in range(10):
        over, bar, under = setter.fraction(setter.digits([3]), setter.digits([8]))
        assert [item.class_id for item in (over, bar, under)] == [3, OTHER, 8]
        assert over.box()[3] < bar.box()[1] < bar.box()[3] < under.box()[1]
        assert bar.box()[2] - bar.box()[0] > 0.9 * max(i.box()[2] - i.box()[0] for i in (over, under))


def test_a_root_holds_its_number_and_a_power_is_raised_and_small(setter: Typesetter) -> None:
    for _ in range(10):
        sign, *number = setter.root(setter.digits([4, 2]))
        outer, inner = sign.box(), group_bounds(number)
        assert outer[0] < inner[0]
        assert outer[1] < inner[1]
        assert outer[2] > inner[2] - 10
        base, exponent = setter.power(setter.digits([5]), setter.digits([2]))
        assert exponent.box()[3] < base.box()[3] - 10
        assert exponent.box()[0] > base.box()[2]


@pytest.mark.parametrize("name", list(SIGN_SHAPES))
def test_a_sign_is_one_object_of_class_other(setter: Typesetter, name: str) -> None:
    (sign,) = setter.sign(name)
    assert sign.class_id == OTHER
    assert len(setter.sign("equals")[0].paths) == 2


def test_lines_are_written_from_left_to_right(setter: Typesetter) -> None:
    line = setter.line([1, 2, "plus", 7, "equals", "letter"])
    assert [item.class_id for item in line] == [1, 2, OTHER, 7, OTHER, OTHER]
    boxes = [item.box() for item in line]
    assert all(a[2] < b[0] for a, b in itertools.pairwise(boxes))


def test_stacked_digits_stand_closer_than_their_size(glyphs: GlyphSet) -> None:
    close = 0
    for scene in scenes(glyphs, "stacked"):
        for a in scene.xyxy:
            below = [b for b in scene.xyxy if b[1] > a[3] and min(a[2], b[2]) > max(a[0], b[0])]
            close += any(b[1] - a[3] < 0.6 * (a[3] - a[1]) for b in below)
    assert close > 40


def test_plain_ones_have_every_length_pen_and_lean(glyphs: GlyphSet) -> None:
    alone = [s for s in scenes(glyphs, "plain", 110) if len(s.items) == 1]
    ones = [s for s in alone if s.class_id[0] == 1]
    lengths = [float(s.xyxy[0, 3] - s.xyxy[0, 1]) / s.image.shape[0] for s in ones]
    assert min(lengths) < 0.35
    assert max(lengths) > 0.85
    assert min(s.items[0].pen for s in ones) <= 2 * LINE_EXCESS_PX
    assert max(s.items[0].pen for s in ones) > 20
    leaning = [float(s.xyxy[0, 2] - s.xyxy[0, 0]) > 0.3 * (s.xyxy[0, 3] - s.xyxy[0, 1]) for s in ones]
    assert 0 < np.mean(leaning) < 0.7
    lying = [s for s in alone if s.class_id[0] == OTHER]
    assert lying
    assert all(s.xyxy[0, 2] - s.xyxy[0, 0] > 2 * (s.xyxy[0, 3] - s.xyxy[0, 1]) for s in lying)


def test_doodles_are_mostly_one_and_hardly_ever_censored(glyphs: GlyphSet) -> None:
    made = scenes(glyphs, "doodles", 120)
    assert np.mean([len(s.items) == 1 for s in made]) > 0.55
    assert np.mean(np.concatenate([s.class_id for s in made]) == CENSORED) < 0.06


def test_tables_hold_many_digits(glyphs: GlyphSet) -> None:
    counts = [len(s.items) for s in scenes(glyphs, "tables", 16)]
    assert min(counts) >= 12
    assert max(counts) >= 64


def test_photographs_keep_the_ink_in_its_boxes_and_darker_than_its_paper(glyphs: GlyphSet) -> None:
    for scene in scenes(glyphs, "photographs", 12):
        height, width = scene.image.shape[:2]
        assert scene.xyxy.min() >= 0
        assert (scene.xyxy[:, 2:] <= [width, height]).all()
        for item in scene.items:
            x, y = np.concatenate(item.paths).mean(0)
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_light_never_leaves_writing_in_the_dark() -> None:
    for seed in range(40):
        light = light_on_paper(60, 40, np.random.default_rng(seed))
        assert light.shape == (40, 60)
        assert light.min() > MIN_LIGHT - 0.06
        assert light.max() <= 1.06


def test_lines_of_paper_and_forms() -> None:
    assert len(ruled_lines(100, 100, 10, squared=True)) == 20
    row = square(20, 20, 20) + square(60, 20, 20)
    for seed in range(12):
        lines = form_lines(row, np.random.default_rng(seed), 5)
        xs = [x for x1, _, x2, _ in lines for x in (x1, x2)]
        assert min(xs) < 20
        assert max(xs) > 80
        upright = [x1 for x1, _, x2, _ in lines if x1 == x2]
        assert len(upright) == 2 or any(42 < x < 59 for x in upright)


def test_apart_digits_have_white_between_their_parts(glyphs: GlyphSet) -> None:
    """Between a share of the size that can be seen and one beyond which nobody sees one digit."""
    gaps = []
    for scene in scenes(glyphs, "apart", 16):
        for item in scene.items:
            x1, y1, x2, y2 = item.box()
            size = np.float32(max(x2 - x1, y2 - y1))
            paths = [path / size for path in item.paths]
            others = [[other for other in paths if other is not path] for path in paths]
            nearest = [distance_between([path], rest) for path, rest in zip(paths, others, strict=True) if rest]
            gaps.append(max(nearest, default=0.0) - item.pen / size)
    assert np.mean(np.array(gaps) > 0.01) > 0.55
    assert max(gaps) < GAP_RANGE[1] + 0.05
