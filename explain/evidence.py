"""Where a classifier looks: one map a crop, whatever the kind of network."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from classifiers.classifier import Classifier

if TYPE_CHECKING:  # serving needs no PyTorch, and who looks into no network does not wait for it
    from torch import Tensor

    from models.cnn import CNN


def find_evidence(classifier: Classifier, inputs: np.ndarray) -> tuple[str, np.ndarray] | None:
    """What each answer of a classifier rests on.

    Args:
        classifier: whose network is looked into.
        inputs: uint8 ``[N, 3, 32, 32]``, as :meth:`classifiers.classifier.Classifier.inputs` gives them.

    Returns:
        The map's name and float32 ``[N, h, w]`` in 0..1; None without inputs or PyTorch, or for a network that has no
        such map.
    """
    if classifier.net is None or not len(inputs) or find_spec("torch") is None:
        return None
    import torch

    from models.cnn import CNN

    net = classifier.net()
    planes = torch.from_numpy(inputs).float() / 255
    if isinstance(net, CNN):
        return "class activation", class_activation(net, planes).numpy()
    if getattr(getattr(net, "net", None), "blocks", None) is not None:
        return "attention", attention_rollout(net, planes).numpy()
    return None


def class_activation(net: CNN, inputs: Tensor) -> Tensor:
    """LayerCAM (Jiang et al., IEEE TIP 2021) of the last stage but one: what speaks for the answer, place by place.

    Every activation counts with its own gradient where that is positive; unlike the plain class activation map it
    works before the last stage, whose 4x4 places are too coarse for a crop of 32x32.
    """
    import torch

    with torch.enable_grad():
        features = net.stem(inputs)
        stages = list(net.stages)
        last = len(stages) - net.config.blocks[-1]
        for stage in stages[:last]:
            features = stage(features)
        features = features.detach().requires_grad_()
        out = features
        for stage in stages[last:]:
            out = stage(out)
        logits = net.head(out)
        (gradient,) = torch.autograd.grad(logits.max(1).values.sum(), features)
    return _to_one((gradient.relu() * features.detach()).sum(1))


def attention_rollout(net: Any, inputs: Tensor) -> Tensor:
    """Attention rollout (Abnar and Zuidema, arXiv:2005.00928): how much of each patch reaches the pooled output."""
    import torch

    inputs_of_blocks: list[Tensor] = []
    attending = [block.attn for block in net.net.blocks if hasattr(block, "attn")]
    hooks = [each.register_forward_pre_hook(lambda _, args: inputs_of_blocks.append(args[0])) for each in attending]
    try:
        with torch.no_grad():
            net(inputs)
            return _roll_out(net.net.blocks, inputs_of_blocks)
    finally:
        for hook in hooks:
            hook.remove()


def _roll_out(blocks: Any, inputs_of_blocks: list[Tensor]) -> Tensor:
    flow, tokens = None, iter(inputs_of_blocks)
    for block in blocks:
        step = _attended(block.attn, next(tokens)) if hasattr(block, "attn") else block.sources()
        flow = step if flow is None else step @ flow
    assert flow is not None
    side = int(flow.shape[-1] ** 0.5)
    return _to_one(flow.mean(1).reshape(-1, side, side))


def _attended(attention: Any, tokens: Tensor) -> Tensor:
    """How much of each token reaches each, float ``[N, T, T]``; half of every token passes by on the residual path."""
    n, length, _ = tokens.shape
    heads = attention.qkv(tokens).reshape(n, length, 3, attention.num_heads, -1).permute(2, 0, 3, 1, 4)
    query, key = attention.q_norm(heads[0]), attention.k_norm(heads[1])
    weights = (query @ key.transpose(-2, -1) * attention.scale).softmax(-1).mean(1)
    return 0.5 * weights + 0.5 * tokens.new_ones(length).diag()


def _to_one(maps: Tensor) -> Tensor:
    """Each map stretched to 0..1; a map without contrast is all zero."""
    low, high = maps.amin((1, 2), keepdim=True), maps.amax((1, 2), keepdim=True)
    return (maps - low) / (high - low).clamp(min=1e-9)
