"""Endpoints around corrections: /correct learns for whoever calls, /contribute keeps a drawing, /forget deletes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np
from gradio.data_classes import FileData

from collection.adapt import MAX_REMEMBERED, VisitMemory, adapt_readings, remember_objects, shown_changes
from collection.consent import CONSENT_TEXT, CONSENT_VERSION, KeyFormatError, make_key, owner_of_key, read_key
from collection.intake import Intake
from collection.object_storage import StoreError
from collection.record import LabelledObjects, read_objects, strokes_to_json
from comparison.reading import read_sheet, readings_to_json
from detectors import Detector
from ink.drawing import DrawingError, to_work_size
from ink.pen import draw_strokes
from ink.sheet import Sheet
from ink.strokes import read_strokes
from models.classes import CLASSES
from ui.correction import crop_features
from ui.giving import NO_STORE, check_worth, give_drawing, giver_of, known_key
from ui.refusals import refusal, uploaded_drawing

MAX_FEATURES = 4096
"""Numbers of one remembered crop at most."""

MAX_ROUNDING = 0.01
"""By how much their length may differ from one, as they travel with four decimals."""


def memory_to_json(memory: VisitMemory) -> list[dict[str, Any]]:
    """A memory as its owner keeps it between calls."""
    rows = zip(memory.class_id.tolist(), np.round(memory.features, 4).tolist(), strict=True)
    return [{"label": CLASSES[c], "features": features} for c, features in rows]


def memory_from_json(value: object) -> VisitMemory:
    """What :func:`memory_to_json` gave; DrawingError where it is something else."""
    if value is None or value == []:
        return VisitMemory()
    try:
        if not isinstance(value, list) or len(value) > MAX_REMEMBERED:
            raise ValueError
        features = np.array([row["features"] for row in value], np.float64)
        class_id = np.array([CLASSES.index(row["label"]) for row in value], np.int64)
        if features.ndim != 2 or not 0 < features.shape[1] <= MAX_FEATURES or not (abs(features) < 2).all():
            raise ValueError
        if not np.allclose(np.linalg.norm(features, axis=1), 1, atol=MAX_ROUNDING):
            raise ValueError
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise DrawingError("This memory is not what an earlier call of this endpoint gave.") from error
    return VisitMemory(features.astype(np.float32), class_id, (np.full((1, 1), 255, np.uint8),) * len(class_id))


@dataclass(frozen=True)
class CollectionEndpoints:
    """What programs may ask for; each method is an endpoint, and its docstring is the endpoint's documentation.

    Attributes:
        detectors: the methods by name.
        intake: takes what visitors give; None where nothing is kept.
    """

    detectors: Mapping[str, Detector]
    intake: Intake | None

    def correct(
        self,
        image: FileData | None = None,
        strokes: dict[str, Any] | None = None,
        objects: list[dict[str, Any]] | None = None,
        memory: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Reads a drawing in the light of corrections, and learns from further ones; the server remembers nothing.

        Args:
            image: a picture file; or give strokes.
            strokes: {"side": 400, "strokes": [{"w": pen width, "p": [[x, y], ...]}]}, in place of a picture.
            objects: what is on the drawing, [{"box": [left, top, right, bottom], "label": "7"}]; none to read only.
            memory: what an earlier call gave as "memory".

        Returns:
            As /recognize, and {"memory": to hand in next time, "changed": [{"method", "box", "before", "after"}]}.
        """
        try:
            known = memory_from_json(memory)
            sheet = Sheet(self._drawing(image, strokes)[0])
            features = crop_features(self.detectors)
            own = readings = read_sheet(sheet, self.detectors)
            if objects and features is not None:
                labelled = read_objects(objects, sheet.image.shape[:2])
                known = remember_objects(known, sheet, labelled, readings, features)
            if features is not None:
                readings = adapt_readings(sheet, readings, known, features)
        except (DrawingError, ValueError) as error:
            raise refusal(error) from error
        changed = [
            {
                "method": c.method,
                "box": [round(float(v), 1) for v in readings[c.method].shown().xyxy[c.row]],
                "before": CLASSES[c.before],
                "after": CLASSES[c.after],
            }
            for c in shown_changes(own, readings)
        ]
        return readings_to_json(readings) | {"memory": memory_to_json(known), "changed": changed}

    def contribute(
        self,
        image: FileData | None = None,
        strokes: dict[str, Any] | None = None,
        objects: list[dict[str, Any]] | None = None,
        consent: str = "",
        key: str = "",
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Keeps a drawing with its labels, if whoever drew it agrees and this server has a store.

        Args:
            image: a picture file; or give strokes.
            strokes: {"side": 400, "strokes": [{"w": pen width, "p": [[x, y], ...]}]}, in place of a picture.
            objects: what is on the drawing, [{"box": [left, top, right, bottom], "label": "7"}].
            consent: "CONSENT_VERSION", which says: CONSENT_TEXT
            key: what an earlier call gave as "key", so that one key deletes both; a new one is made where empty.
            request: whose it is, which no client sends.

        Returns:
            {"key": what deletes the drawing at the endpoint /forget, "consent": the version agreed to}.
        """
        try:
            if self.intake is None:
                raise StoreError(NO_STORE)
            if consent != CONSENT_VERSION:
                raise DrawingError(f'Nothing is kept without consent "{CONSENT_VERSION}": {CONSENT_TEXT}')
            key = known_key(self.intake, key) if key else make_key()
            drawing, ink = self._drawing(image, strokes)
            labelled: LabelledObjects = read_objects(objects or [], (drawing.shape[0], drawing.shape[1]))
            sheet = Sheet(drawing)
            check_worth(sheet, labelled)
            readings = read_sheet(sheet, self.detectors)
            give_drawing(self.intake, owner_of_key(key), giver_of(request), drawing, labelled, readings, ink)
        except (StoreError, DrawingError, KeyFormatError) as error:
            raise refusal(error) from error
        return {"key": key, "consent": CONSENT_VERSION}

    def forget(self, key: str) -> dict[str, Any]:
        """Deletes every drawing that was given with a key, at once.

        Args:
            key: of /contribute.

        Returns:
            {"deleted": how many there were}.
        """
        try:
            if self.intake is None:
                raise StoreError(NO_STORE)
            return {"deleted": self.intake.forget(owner_of_key(read_key(key)))}
        except (StoreError, KeyFormatError) as error:
            raise refusal(error) from error

    @staticmethod
    def _drawing(image: FileData | None, strokes: object) -> tuple[np.ndarray, dict[str, Any] | None]:
        """The drawing, uint8 ``[H, W, 3]`` RGB, and the strokes that make it where they do."""
        if (image is None) == (strokes is None):
            raise DrawingError("Give either a picture or strokes.")
        if image is not None:
            return to_work_size(uploaded_drawing(image))[0], None
        side, paths = read_strokes(strokes)
        return draw_strokes(paths, side), strokes_to_json(side, paths)


assert CollectionEndpoints.contribute.__doc__ is not None
CollectionEndpoints.contribute.__doc__ = CollectionEndpoints.contribute.__doc__.replace(
    "CONSENT_VERSION", CONSENT_VERSION
).replace("CONSENT_TEXT", CONSENT_TEXT)
