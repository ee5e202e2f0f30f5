"""Where a classifier looks: one map a crop, whatever the kind of network."""

from __future__ import annotations

import numpy as np

from classifiers.classifier import Classifier, run_batches


def find_evidence(classifier: Classifier, inputs: np.ndarray) -> np.ndarray | None:
    """What each answer of a classifier rests on; ``classifier.evidence`` says what the map is called.

    Args:
        classifier: whose network is looked into.
        inputs: uint8 ``[N, 3, 32, 32]``, as :meth:`classifiers.classifier.Classifier.inputs` gives them.

    Returns:
        float32 ``[N, h, w]``, each map stretched to 0..1, or all zero where it has no contrast; None without inputs,
        or for a network that has no such map.
    """
    if not len(inputs) or "evidence" not in classifier.engine.insights:
        return None
    maps = run_batches(lambda batch: classifier.engine.look(batch, "evidence"), inputs)
    low, high = maps.min((1, 2), keepdims=True), maps.max((1, 2), keepdims=True)
    return (maps - low) / np.maximum(high - low, 1e-9)
