import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.compose import main as benchmark
from detectors.context import SHEET_KINDS
from detectors.yolov3.letterbox import INPUT_SHAPES
from ink.paper import ink_map
from ink.pen import snap_width
from models.classes import CENSORED, OTHER
from training.batches.detector_batches import SceneBatches, input_scene
from training.glyphs.glyph_set import GlyphSet, concatenate_glyphs
from training.glyphs.reader import load_glyphs
from training.scenes.composer import compose_scene, compose_validation_scene, compose_validation_set, validation_kinds
from training.scenes.drawing import draw_glyphs
from training.scenes.kinds import ADDED_KINDS, FIRST_KINDS, KINDS
from training.scenes.placing import PlacedGlyph
from training.scenes.stripes import blank_stripes


@pytest.fixture(scope="module")
def glyphs(data_folder: Path) -> GlyphSet:
    return load_glyphs(data_folder, "train")


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind(glyphs: GlyphSet, kind: str) -> None:
    for seed in range(12):
        scene = compose_scene(glyphs, np.random.default_rng(seed), kind)
        height, width = scene.image.shape[:2]
        assert scene.image.dtype == np.uint8
        assert scene.kind == kind
        assert len(scene.xyxy) == len(scene.class_id)
        assert (len(scene.xyxy) == 0) == (kind == "empty")
        if len(scene.xyxy):
            assert scene.xyxy.min() >= 0
            assert (scene.xyxy[:, 2] <= width).all()
            assert (scene.xyxy[:, 3] <= height).all()
            assert (scene.xyxy[:, 2:] - scene.xyxy[:, :2]).min() > 1


def shares(glyphs: GlyphSet, kind: str | None, count: int) -> list[float]:
    """Of digits, censored and other glyphs among the objects of so many scenes."""
    scenes = [compose_scene(glyphs, np.random.default_rng(seed), kind) for seed in range(count)]
    classes = np.concatenate([scene.class_id for scene in scenes])
    return [float(np.mean(found)) for found in (classes < CENSORED, classes == CENSORED, classes == OTHER)]


def test_context_reckons_with_the_shares_of_the_layouts(glyphs: GlyphSet) -> None:
    by_name = {kind.name: kind.shares for kind in SHEET_KINDS}
    for kind, name in (("among", "digits among other drawings"), ("censored", "censored drawings")):
        assert by_name[name] == pytest.approx(shares(glyphs, kind, 150), abs=0.06), kind


def test_censored_drawings_are_rare_in_training_and_doodles_are_not(glyphs: GlyphSet) -> None:
    scenes = [compose_scene(glyphs, np.random.default_rng(seed)) for seed in range(400)]
    with_censored = np.mean([(scene.class_id == CENSORED).any() for scene in scenes])
    assert with_censored < 0.07
    assert np.mean([scene.kind == "doodles" for scene in scenes]) > 0.05
    objects = np.concatenate([scene.class_id for scene in scenes])
    assert (objects == OTHER).sum() > 8 * (objects == CENSORED).sum()


@pytest.mark.parametrize("kind", ["single", "touching", "tiny", None])
def test_same_seed_same_scene(glyphs: GlyphSet, kind: str | None) -> None:
    a, b, c = (compose_scene(glyphs, np.random.default_rng(s), kind) for s in (3, 3, 4))
    np.testing.assert_array_equal(a.image, b.image)
    np.testing.assert_array_equal(a.xyxy, b.xyxy)
    assert a.image.shape != c.image.shape or (a.image != c.image).any()


@pytest.mark.parametrize("pen", [1.0, 2.2, 5.0, 11.5, 24.0, 40.0])
def test_the_box_is_tight_around_the_ink(pen: float) -> None:
    """Measured on the pixels: the outermost ones that are at least a third covered."""
    rng = np.random.default_rng(1)
    width = snap_width(pen)
    assert abs(width - pen) <= 0.75
    for _ in range(10):
        item = PlacedGlyph([rng.uniform(60, 340, (6, 2)).astype(np.float32)], 0, width)
        ys, xs = np.nonzero(draw_glyphs([item], 400, 400) > 85)
        seen = [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
        np.testing.assert_allclose(item.box(), seen, atol=1.3)


def test_a_tap_leaves_a_dot() -> None:
    ink = draw_glyphs([PlacedGlyph([np.array([[50, 50]], np.float32)], 0, 8.72)], 100, 100)
    assert 30 < (ink > 128).sum() < 120


def test_touching_rows_touch(glyphs: GlyphSet) -> None:
    """Fewer connected blobs than objects on most scenes."""
    joined = 0
    for seed in range(20):
        scene = compose_scene(glyphs, np.random.default_rng(seed), "touching")
        count = cv2.connectedComponents((ink_map(scene.image) > 96).astype(np.uint8), connectivity=8)[0] - 1
        joined += count < len(scene.class_id)
    assert joined >= 13


def test_split_digits_fall_apart(glyphs: GlyphSet) -> None:
    apart = 0
    for seed in range(20):
        scene = compose_scene(glyphs, np.random.default_rng(seed), "split")
        count = cv2.connectedComponents((ink_map(scene.image) > 96).astype(np.uint8), connectivity=8)[0] - 1
        apart += count > len(scene.class_id)
    assert apart >= 12


def test_pens_and_sizes_cover_the_range(glyphs: GlyphSet) -> None:
    shares = []
    for seed in range(150):
        scene = compose_scene(glyphs, np.random.default_rng(seed), "single")
        side = (scene.xyxy[:, 2:] - scene.xyxy[:, :2]).max()
        shares.append(side / min(scene.image.shape[:2]))
    assert min(shares) < 0.12
    assert max(shares) > 0.75
    assert max(shares) <= 0.98


def test_input_boxes_follow_the_pixels(glyphs: GlyphSet) -> None:
    for seed in range(10):
        square, _, boxes, classes = input_scene(glyphs, np.random.default_rng(seed), "single")
        ys, xs = np.nonzero(square > 96)
        assert len(classes) == 1
        np.testing.assert_allclose(boxes[0], [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1], atol=3.5)


def test_batches(glyphs: GlyphSet) -> None:
    batches = list(SceneBatches(glyphs, 5, 3, (1, 0)))
    assert len(batches) == 5
    for inks, objects in batches:
        assert inks.shape[:2] == (3, 1)
        assert inks.shape[:1:-1] in INPUT_SHAPES
        assert set(objects[:, 0].tolist()) <= {0.0, 1.0, 2.0}
        assert objects.shape[1] == 6
        corners = objects[:, 2:]
        assert (corners[:, 2:] > corners[:, :2]).all()
    again, later = (next(iter(SceneBatches(glyphs, 5, 3, (1, epoch)))) for epoch in (0, 1))
    np.testing.assert_array_equal(batches[0][0], again[0])
    assert batches[0][0].shape != later[0].shape or (batches[0][0] != later[0]).any()


def test_the_speed_is_told(data_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    benchmark(["--data", str(data_folder), "--rounds", "2", "--count", "3"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["composed", "composed, mapped and framed"]
    assert all("scenes a second" in line for line in lines)


def test_the_first_kinds_are_composed_of_the_first_sources_in_validation(glyphs: GlyphSet) -> None:
    """More sources change nothing about the slices that figures were reported on before."""
    extra = dataclasses.replace(glyphs, source=np.full(len(glyphs), "detexify"))
    more = concatenate_glyphs([glyphs, extra])
    for kind in FIRST_KINDS:
        alone, beside = (compose_validation_scene(g, np.random.default_rng(5), kind) for g in (glyphs, more))
        np.testing.assert_array_equal(alone.image, beside.image)
        np.testing.assert_array_equal(alone.xyxy, beside.xyxy)


def test_a_validation_set_begins_with_the_first_kinds(glyphs: GlyphSet) -> None:
    kinds = validation_kinds(30 * len(KINDS))
    assert kinds[:390] == list(FIRST_KINDS) * 30
    assert {kind: kinds.count(kind) for kind in ADDED_KINDS} == dict.fromkeys(ADDED_KINDS, 30)
    made = list(compose_validation_set(glyphs, 3, 7, "plain"))
    assert [scene.kind for scene in made] == ["plain"] * 3
    assert len({scene.image.tobytes() for scene in made}) == 3


@pytest.mark.parametrize("kind", list(ADDED_KINDS))
def test_added_kinds_are_tight_and_repeatable(glyphs: GlyphSet, kind: str) -> None:
    for seed in range(6):
        scene, again = (compose_scene(glyphs, np.random.default_rng(seed), kind) for _ in range(2))
        np.testing.assert_array_equal(scene.image, again.image)
        assert len(scene.items) == len(scene.class_id)
        assert scene.class_id.min() >= 0
        assert scene.class_id.max() <= OTHER


def test_stripes_take_a_third_of_the_ink_at_most(glyphs: GlyphSet) -> None:
    ink = np.full((120, 160), 255, np.uint8)
    for seed in range(40):
        striped = blank_stripes(ink, np.random.default_rng(seed))
        lines = striped if (striped == striped[:, :1]).all() else striped.T
        assert (lines == lines[:, :1]).all()  # whole rows, or whole columns
        assert 0.05 < (striped == 0).mean() < 0.45
    assert ink.all()
    scene = compose_scene(glyphs, np.random.default_rng(3), "striped")
    assert len(scene.items)
    assert scene.kind == "striped"
