import pytest
import torch

from models.classes import STRIDES
from models.yolov3 import YOLOv3, YOLOv3Config, fold_batch_norms, slim_config


def conv(inputs: int, outputs: int, kernel: int) -> int:
    """Weights of a convolution with batch norm (scale and shift), no bias."""
    return inputs * outputs * kernel * kernel + 2 * outputs


def count_by_hand(num_classes: int) -> int:
    """The paper's layout, written out once more from its table, to count its parameters."""
    total = conv(3, 32, 3)
    channels = 32
    for out, blocks in ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)):
        total += conv(channels, out, 3) + blocks * (conv(out, out // 2, 1) + conv(out // 2, out, 3))
        channels = out
    outputs = 3 * (5 + num_classes)
    for inputs, c in ((1024, 512), (768, 256), (384, 128)):
        total += conv(inputs, c, 1) + 2 * conv(c, 2 * c, 3) + 2 * conv(2 * c, c, 1)
        total += conv(c, 2 * c, 3) + 2 * c * outputs + outputs
    return total + conv(512, 256, 1) + conv(256, 128, 1)


def test_full_size_is_the_papers() -> None:
    parameters = sum(p.numel() for p in YOLOv3(YOLOv3Config()).parameters())
    assert count_by_hand(80) == 61_949_149  # as published for the 80 classes of COCO
    assert parameters == count_by_hand(12) == 61_582_969


def test_shipped_size_fits_ten_megabytes_in_half_precision() -> None:
    net = YOLOv3(slim_config(YOLOv3Config().anchors))
    parameters = sum(p.numel() for p in net.parameters())
    assert 3_000_000 < parameters < 4_960_000


@pytest.mark.parametrize(("height", "width"), [(64, 64), (192, 192), (64, 160)])
def test_output_shapes(height: int, width: int) -> None:
    net = YOLOv3(slim_config(YOLOv3Config().anchors, width=0.0625)).eval()
    with torch.inference_mode():
        outputs = net(torch.rand(2, 1, height, width))
    assert [tuple(o.shape) for o in outputs] == [(2, 3 * 17, height // s, width // s) for s in STRIDES]


def test_folded_batch_norms_change_no_answer() -> None:
    net = YOLOv3(slim_config(YOLOv3Config().anchors, width=0.0625))
    for norm in [m for m in net.modules() if isinstance(m, torch.nn.BatchNorm2d)]:
        torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
        torch.nn.init.uniform_(norm.bias, -0.5, 0.5)
        norm.running_mean.uniform_(-0.5, 0.5)
        norm.running_var.uniform_(0.5, 1.5)
    image = torch.rand(2, 1, 64, 96)
    with torch.inference_mode():
        before = net.eval()(image)
        folded = fold_batch_norms(net)
        for now, then in zip(folded(image), before, strict=True):
            torch.testing.assert_close(now, then, rtol=1e-4, atol=1e-4)
    assert not [m for m in folded.modules() if isinstance(m, torch.nn.BatchNorm2d)]


def test_starts_quiet() -> None:
    """An untrained network is sure of nothing: objectness starts near one per cent everywhere."""
    net = YOLOv3(slim_config(YOLOv3Config().anchors, width=0.0625)).eval()
    with torch.inference_mode():
        outputs = net(torch.zeros(1, 1, 64, 64))
    assert all((o[:, 4::17].sigmoid() < 0.1).all() for o in outputs)


def test_width_and_depth_are_config() -> None:
    shallow = YOLOv3Config(width=0.125, depth=0.25)
    assert [shallow.blocks(n) for n in (1, 2, 8, 8, 4)] == [1, 1, 2, 2, 1]
    assert [shallow.channels(n) for n in (32, 64, 1024)] == [8, 8, 128]


def test_deeper_networks_go_on_from_shallower_ones() -> None:
    """Blocks behind trained ones change nothing before they are trained."""
    shallow, deep = (YOLOv3(slim_config(YOLOv3Config().anchors, 0.125, depth)).eval() for depth in (0.5, 1.5))
    _, unexpected = deep.load_state_dict(shallow.state_dict(), strict=False)
    image = torch.rand(1, 1, 64, 96)
    with torch.inference_mode():
        for before, now in zip(shallow(image), deep(image), strict=True):
            torch.testing.assert_close(now, before)
    assert not unexpected
    fresh = deep.backbone.stages[3][-1]
    with torch.no_grad():
        fresh.body[1][1].weight.fill_(1.0)
        assert not torch.equal(deep(image)[1], shallow(image)[1])
