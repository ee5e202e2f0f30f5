"""Composed scenes with what the shipped methods propose on them; read once, kept in a folder for the next run."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from detectors import DETECTORS, Detections, Detector
from ink.sheet import Sheet
from training.glyphs.glyph_set import GlyphSet, read_arrays, select_glyphs
from training.scenes.composer import Scene, compose_validation_scene
from training.scenes.kinds import KINDS
from weights.store import WEIGHTS_FOLDER

CHUNK_SCENES = 105
"""Scenes that are read and kept together: five of each kind of an evaluation."""

FIELDS = ("xyxy", "confidence", "class_id", "probabilities")


@dataclass(frozen=True, eq=False)
class ReadScene:
    """A scene's truth and what each method proposes on it, before any threshold.

    Attributes:
        number: of the scene in its set; :func:`compose_numbered` makes it again.
        kind: of the scene.
        size: height and width of the drawing in pixels.
        xyxy: float32 ``[N, 4]``, the true boxes.
        class_id: int64 ``[N]``.
        proposals: by method.
    """

    number: int
    kind: str
    size: tuple[int, int]
    xyxy: np.ndarray
    class_id: np.ndarray
    proposals: dict[str, Detections]

    @property
    def truth(self) -> tuple[np.ndarray, np.ndarray]:
        """Boxes and classes."""
        return self.xyxy, self.class_id


def half_of_writers(glyphs: GlyphSet, second: bool) -> GlyphSet:
    """The glyphs of one half of the writers, by their names alone: a writer is in the same half in every set."""
    writers, writer = np.unique(glyphs.writer, return_inverse=True)
    in_second = np.array([zlib.crc32(name.encode()) % 2 == 1 for name in writers.tolist()], bool)
    return select_glyphs(glyphs, np.flatnonzero(in_second[writer] == second))


def compose_numbered(glyphs: GlyphSet, seed: int, number: int, kinds: Sequence[str] = tuple(KINDS)) -> Scene:
    """One scene of a set: the kinds in turn, the same for the same arguments."""
    return compose_validation_scene(glyphs, np.random.default_rng([seed, number]), kinds[number % len(kinds)])


def card_files(methods: Iterable[str], folder: Path = WEIGHTS_FOLDER) -> list[Path]:
    """The cards of the weights that methods read with: they have the weights' checksums."""
    return [folder / f"{DETECTORS[name].weights}.json" for name in methods]


def code_files() -> list[Path]:
    """The modules that read: with others, what was kept is of another reading."""
    house = WEIGHTS_FOLDER.parent
    return sorted(path for room in ("ink", "classifiers", "detectors") for path in (house / room).rglob("*.py"))


def read_scenes(
    glyphs: GlyphSet, count: int, seed: int, detectors: Mapping[str, Detector], files: Iterable[Path], kept: Path,
    kinds: Sequence[str] = tuple(KINDS),
) -> list[ReadScene]:  # fmt: skip
    """A set of composed scenes as detectors read them.

    Args:
        glyphs: of the writers whom the scenes are to be of.
        count: scenes; rounded up to whole chunks.
        seed: of the scenes.
        detectors: by name; what several of them make of a sheet is made once.
        files: that say which weights and which code they read with.
        kept: a folder for what was read; where anything above or the kinds differ, what was kept is not used.
        kinds: of the scenes, in turn.
    """
    mark = hashlib.sha256(f"{len(glyphs)} {seed} {glyphs.points.sum()} {' '.join(kinds)}".encode())
    for path in files:
        mark.update(path.read_bytes())
    kept.mkdir(parents=True, exist_ok=True)
    scenes: list[ReadScene] = []
    for first in tqdm(range(0, count, CHUNK_SCENES), unit="chunk"):
        path = kept / f"{mark.hexdigest()[:12]}-{first:05d}.npz"
        if not path.is_file():
            composed = [compose_numbered(glyphs, seed, first + k, kinds) for k in range(CHUNK_SCENES)]
            sheets = [Sheet(scene.image) for scene in composed]
            found = {name: detector.proposals(sheets) for name, detector in detectors.items()}
            _keep(path, composed, found)
        scenes += _read_kept(path, first, list(detectors), kinds)
    return scenes


def _keep(path: Path, scenes: Sequence[Scene], found: dict[str, list[Detections]]) -> None:
    arrays = {
        "size": np.array([scene.image.shape[:2] for scene in scenes]),
        "truth.count": np.array([len(scene.class_id) for scene in scenes]),
        "truth.xyxy": np.concatenate([scene.xyxy for scene in scenes]),
        "truth.class_id": np.concatenate([scene.class_id for scene in scenes]),
    }
    for name, each in found.items():
        arrays[f"{name}.count"] = np.array([len(d) for d in each])
        whole = Detections.concatenate(each)
        arrays |= {f"{name}.{field}": np.asarray(getattr(whole, field)) for field in (*FIELDS, "exclusive")}
    aside = path.with_suffix(".part.npz")
    np.savez_compressed(aside, **arrays)  # type: ignore[arg-type]
    aside.replace(path)


def _read_kept(path: Path, first: int, methods: Sequence[str], kinds: Sequence[str]) -> Iterator[ReadScene]:
    arrays = read_arrays(path)
    ends = {name: np.cumsum(arrays[f"{name}.count"]) for name in ("truth", *methods)}
    for k, size in enumerate(arrays["size"].tolist()):
        rows = {name: slice(end[k] - arrays[f"{name}.count"][k], end[k]) for name, end in ends.items()}
        proposals = {name: _read_detections(arrays, name, rows[name]) for name in methods}
        truth = arrays["truth.xyxy"][rows["truth"]], arrays["truth.class_id"][rows["truth"]]
        number = first + k
        yield ReadScene(number, kinds[number % len(kinds)], (size[0], size[1]), *truth, proposals)


def _read_detections(arrays: Mapping[str, np.ndarray], name: str, rows: slice) -> Detections:
    xyxy, confidence, class_id, probabilities = (arrays[f"{name}.{field}"][rows] for field in FIELDS)
    return Detections(xyxy, confidence, class_id, probabilities, bool(arrays[f"{name}.exclusive"]))
