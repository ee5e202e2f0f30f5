"""Where classifiers look: the maps that a graph computes are those that the method's definition gives."""

import numpy as np
import pytest
import torch
from torch import nn

from classifiers import CLASSIFIERS, load_classifier
from classifiers.classifier import Classifier
from explain.evidence import find_evidence
from models.classes import CROP_PLANES
from models.cnn import CNN, CNNConfig
from models.vit import MergePatches, ViT, ViTConfig
from tests.helpers import draw_digits, packages_after
from weights.engine import OnnxEngine, TorchEngine

CROPS = [draw_digits((d, (200, 200), 200))[..., 0] for d in (4, 2)]
INPUTS = Classifier.inputs(CROPS)
PLANES = torch.from_numpy(INPUTS).float() / 255


def random_weights(net: nn.Module) -> nn.Module:
    """The network in evaluation mode, with no tensor left at a value that hides a mistake."""
    torch.manual_seed(1)
    for tensor in net.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand_like(tensor) * 0.4 + 0.1 if tensor.ndim < 2 else torch.randn_like(tensor) * 0.2)
    return net.eval()


def layer_cam(net: CNN, x: torch.Tensor) -> torch.Tensor:
    """LayerCAM of the last stage but one, its gradient by autograd."""
    first = len(net.stages) - net.config.blocks[-1]
    places = net.stages[:first](net.stem(x)).detach().requires_grad_()
    logits = net.head(net.stages[first:](places))
    (gradient,) = torch.autograd.grad(logits.max(1).values.sum(), places)
    return (gradient.relu() * places.detach()).sum(1)


def rollout(net: ViT, x: torch.Tensor) -> torch.Tensor:
    """Attention rollout as a product of matrices, from the weights that the blocks really use."""
    used: list[torch.Tensor] = []
    for block in net.net.blocks:
        if not isinstance(block, MergePatches):
            block.attn.attn_drop.register_forward_pre_hook(lambda _, args: used.append(args[0]))
    with torch.no_grad():
        net(x)
    flow, weights = torch.eye(64), iter(used)
    for block in net.net.blocks:
        if isinstance(block, MergePatches):
            step = block._fours(torch.eye(64)).mean(2)[0]
        else:
            heads = next(weights).mean(1)
            step = (heads + torch.eye(heads.shape[-1])) / 2
        flow = step @ flow
    return flow.mean(1).reshape(-1, 8, 8)


def test_class_activation_is_layer_cam() -> None:
    net = random_weights(CNN(CNNConfig(widths=(8, 16, 24), blocks=(1, 1, 2))))
    expected = layer_cam(net, PLANES)
    assert expected.max() > 0
    torch.testing.assert_close(net.look(PLANES)[2], expected)


def test_attention_is_rolled_out() -> None:
    net = random_weights(ViT(ViTConfig(dim=32, depth=3, heads=2)))
    with torch.no_grad():
        found = net.look(PLANES)[2]
    torch.testing.assert_close(found, rollout(net, PLANES))
    torch.testing.assert_close(found.sum((1, 2)), torch.ones(2))
    assert found.std((1, 2)).min() > 0


@pytest.mark.parametrize("name", list(CLASSIFIERS))
def test_graph_and_pytorch_look_alike(name: str) -> None:
    classifier = load_classifier(name)
    assert isinstance(classifier.engine, OnnxEngine)
    assert classifier.net is not None
    plain = TorchEngine(classifier.net())
    x = PLANES.numpy()
    for insight in ("features", "evidence"):
        np.testing.assert_allclose(classifier.engine.look(x, insight), plain.look(x, insight), atol=1e-4)
    features = classifier.features(CROPS)
    assert features.dtype == np.float32
    np.testing.assert_allclose(features, plain.look(x, "features"), atol=1e-4)
    maps = find_evidence(classifier, INPUTS)
    assert maps is not None
    assert maps.shape == (2, 8, 8)
    assert (maps.min((1, 2)) == 0).all()
    np.testing.assert_allclose(maps.max((1, 2)), 1)


def test_nothing_to_look_at() -> None:
    assert find_evidence(load_classifier("cnn"), INPUTS[:0]) is None
    with pytest.raises(ValueError, match="at least one crop"):
        load_classifier("cnn").features([])


def test_a_network_without_such_a_map() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(CROP_PLANES * 32 * 32, 13))
    flat = Classifier("flat", "Flat", TorchEngine(net))
    assert find_evidence(flat, INPUTS) is None
    assert np.isfinite(flat(CROPS)).all()
    with pytest.raises(KeyError, match="features"):
        flat.features(CROPS)


def test_looking_needs_no_pytorch() -> None:
    code = (
        "from detectors import load_detectors\nfrom explain.stages import explain_reading\n"
        "import explain.segmentation, explain.yolov3\n"
        "from ink.drawing import read_drawing\nfrom ink.sheet import Sheet\n"
        "sheet = Sheet(read_drawing('ui/examples/1-row.png'))\n"
        "told = {name: str([s.text for s in explain_reading(m, sheet)]) for name, m in load_detectors().items()}\n"
        "assert 'class activation' in told['contours-cnn'] and 'attention' in told['contours-vit'], told\n"
    )
    assert packages_after(code).isdisjoint({"torch", "timm", "onnx"})
