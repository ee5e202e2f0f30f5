import pytest
import torch
from torch import nn

from models import CROP_PLANES
from models.cnn import CNN
from models.vit import ViT
from models.yolov3 import DarknetClassifier, YOLOv3Config, slim_config


@pytest.mark.parametrize(
    ("net", "planes", "outputs"),
    [
        (CNN(), CROP_PLANES, 13),
        (ViT(), CROP_PLANES, 13),
        (DarknetClassifier(slim_config(YOLOv3Config().anchors, 0.0625)), 1, 12),
    ],
    ids=["cnn", "vit", "darknet"],
)
@pytest.mark.parametrize("count", [1, 3])
def test_crops_to_logits(net: nn.Module, planes: int, outputs: int, count: int) -> None:
    net.eval()
    with torch.inference_mode():
        assert net(torch.rand(count, planes, 32, 32)).shape == (count, outputs)
