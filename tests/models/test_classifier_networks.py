import pytest
import torch
from torch import nn

from models.cnn import CNN
from models.vit import ViT
from models.yolov3 import DarknetClassifier, YOLOv3Config, slim_config


@pytest.mark.parametrize(
    "net",
    [CNN(), ViT(), DarknetClassifier(slim_config(YOLOv3Config().anchors, 0.0625))],
    ids=["cnn", "vit", "darknet"],
)
@pytest.mark.parametrize("count", [1, 3])
def test_crops_to_logits(net: nn.Module, count: int) -> None:
    net.eval()
    with torch.inference_mode():
        outputs = 12 if isinstance(net, DarknetClassifier) else 13
        assert net(torch.rand(count, 1, 32, 32)).shape == (count, outputs)
