import pytest
import torch
from torch import nn

from models.classes import CROP_PLANES, NO_SYMBOL
from models.cnn import CNN, CNNConfig
from models.vit import MergePatches, ViT, ViTConfig


@pytest.mark.parametrize("net", [CNN(), ViT()], ids=["cnn", "vit"])
@pytest.mark.parametrize("count", [1, 3])
def test_crops_to_logits(net: nn.Module, count: int) -> None:
    net.eval()
    with torch.inference_mode():
        assert net(torch.rand(count, CROP_PLANES, 32, 32)).shape == (count, NO_SYMBOL + 1)


@pytest.mark.parametrize(
    ("shallow", "deep"),
    [(CNN(CNNConfig(blocks=(1, 2, 1))), CNN()), (ViT(ViTConfig(depth=2)), ViT())],
    ids=["cnn", "vit"],
)
def test_a_deeper_network_goes_on_from_a_shallower_one(shallow: nn.Module, deep: nn.Module) -> None:
    for parameter in shallow.parameters():  # as if trained
        nn.init.normal_(parameter, 0.05, 0.1)
    missing, unexpected = deep.load_state_dict(shallow.state_dict(), strict=False)
    assert missing
    assert not unexpected
    crops = torch.rand(2, CROP_PLANES, 32, 32)
    with torch.inference_mode():
        torch.testing.assert_close(deep.eval()(crops), shallow.eval()(crops))


def test_merging_takes_squares_of_patches() -> None:
    merge = MergePatches(4, 2)
    grid = torch.arange(16.0).reshape(1, 16, 1).repeat(1, 1, 2)
    merged = merge(grid)
    assert merged[0, :, 0].tolist() == [2.5, 4.5, 10.5, 12.5]
    sources = merge.pull_back(torch.eye(4))
    assert sources.shape == (4, 16)
    assert sources[0].nonzero().flatten().tolist() == [0, 1, 4, 5]
    torch.testing.assert_close(sources @ grid[0], merged[0])
