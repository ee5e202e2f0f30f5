import pytest
import torch
from torch import nn

from models import CROP_PLANES, NO_SYMBOL
from models.cnn import CNN
from models.vit import ViT


@pytest.mark.parametrize("net", [CNN(), ViT()], ids=["cnn", "vit"])
@pytest.mark.parametrize("count", [1, 3])
def test_crops_to_logits(net: nn.Module, count: int) -> None:
    net.eval()
    with torch.inference_mode():
        assert net(torch.rand(count, CROP_PLANES, 32, 32)).shape == (count, NO_SYMBOL + 1)
