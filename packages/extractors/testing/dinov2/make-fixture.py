"""Makes the fixture of the dinov2 extractor: weights by chance at a small configuration, and what the reference
implementation makes of images with them.

usage: python make-fixture.py            (torch, transformers 4.57.6, pillow; writes beside itself)

Weights: `Dinov2Model` and `Dinov2WithRegistersModel` with every parameter normal, so that biases, layer scale and
register tokens matter. Images: `pixel` below, the same in the test. Preparation: the processor of facebook/dinov2-*
(`BitImageProcessor` with the values of its preprocessor_config.json), and clean-fid's resize of the whole image, Pillow's bicubic
on float channels. Features: the normalized class token, `pooler_output`.
"""

import json
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image, __version__ as pillow_version
from safetensors.torch import save_file
from transformers import BitImageProcessor, Dinov2Config, Dinov2Model
from transformers import Dinov2WithRegistersConfig, Dinov2WithRegistersModel

here = Path(__file__).parent
mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
processor = BitImageProcessor(
    do_resize=True,
    size={"shortest_edge": 256},
    resample=3,
    do_center_crop=True,
    crop_size={"height": 224, "width": 224},
    do_rescale=True,
    rescale_factor=1 / 255,
    do_normalize=True,
    image_mean=mean,
    image_std=std,
    do_convert_rgb=True,
)


def pixel(height, width):
    i, j, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((7 * i + 5 * j + i * j // 9 + 60 * c) % 256).astype(np.uint8)


def whole(image):
    """Each channel as float32 through Pillow's bicubic, clipped, as clean-fid and dgm-eval --clean_resize do."""
    channels = [
        np.asarray(Image.fromarray(image[:, :, c].astype(np.float32), mode="F").resize((224, 224), Image.BICUBIC))
        for c in range(3)
    ]
    pixels = np.stack(channels, -1).clip(0, 255)
    return (pixels / 255 - np.array(mean)) / np.array(std)


def randomize(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            spread = 1.0 if "lambda1" in name or "token" in name or "position" in name else 0.15
            parameter.copy_(spread * torch.randn(parameter.shape, generator=generator))
            if "norm" in name and name.endswith("weight"):
                parameter.add_(1)
    return model.eval()


common = dict(patch_size=14, mlp_ratio=4, hidden_act="gelu", layer_norm_eps=1e-6)
models = {
    # A grid of 3 x 3 positions, made larger; and one of 20 x 20, made smaller, which only `registers` antialiases.
    "plain": randomize(
        Dinov2Model(
            Dinov2Config(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, image_size=42, **common)
        ),
        1,
    ),
    "registers": randomize(
        Dinov2WithRegistersModel(
            Dinov2WithRegistersConfig(
                hidden_size=16,
                num_hidden_layers=1,
                num_attention_heads=2,
                image_size=280,
                num_register_tokens=4,
                **common,
            )
        ),
        2,
    ),
}
shapes = [[40, 40], [300, 270]]
images = [pixel(*shape) for shape in shapes]
expected = {
    "source": f"transformers {transformers.__version__}, torch {torch.__version__}, Pillow {pillow_version}; make-fixture.py",
    "shapes": shapes,
    "cropped": [],
    "features": {name: {"hugging-face": [], "clean": []} for name in models},
}
for image in images:
    prepared = {
        "hugging-face": processor(Image.fromarray(image), return_tensors="np")["pixel_values"][0],
        "clean": whole(image).transpose(2, 0, 1).astype(np.float32),
    }
    levels = (prepared["hugging-face"].transpose(1, 2, 0) * np.array(std) + np.array(mean)) * 255
    expected["cropped"].append([int(v) for v in levels[100].reshape(-1).round()])
    for name, model in models.items():
        for how, values in prepared.items():
            with torch.no_grad():
                features = model(torch.from_numpy(values)[None]).pooler_output[0]
            expected["features"][name][how].append([float(f"{v:.8g}") for v in features.tolist()])
for name, model in models.items():
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, here / f"{name}.safetensors")
(here / "expected.json").write_text(json.dumps(expected) + "\n")
