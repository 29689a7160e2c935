"""Makes a folder for `node tools/parity`: random weights, fixed inputs, and what R3GAN's own code makes of them.

usage: python make-r3gan-fixture.py CHECKOUT OUT [flag=value ...]

CHECKOUT is a clone of https://github.com/brownvc/R3GAN; flags are `widths` (from the lowest resolution up), `cardinality`
(groups of each stage), `blocks`, `latent`, `embedding`, `classes` (0: unconditional), `gamma`, `batch`, `seed`.
tools/parity/r3gan-fixture was made at commit 19a7ddf by PyTorch 2.15 on a CPU, without flags.
"""

import json
import pathlib
import struct
import sys

import torch

checkout, out, *given = sys.argv[1:]
sys.path.insert(0, checkout)
flags = {
    "source": "R3GAN", "widths": [16, 16, 8], "cardinality": [8, 8, 4], "blocks": 2, "expansion": 2, "latent": 8,
    "embedding": 8, "classes": 3, "gamma": 0.5, "batch": 3, "seed": 0,
}
for assignment in given:
    key, value = assignment.split("=")
    flags[key] = json.loads(value)
out = pathlib.Path(out)
out.mkdir(parents=True, exist_ok=True)
torch.manual_seed(flags["seed"])

from R3GAN.Networks import Discriminator, Generator  # noqa: E402
from R3GAN.Trainer import AdversarialTraining  # noqa: E402

widths, cardinality = flags["widths"], flags["cardinality"]
blocks, classes, batch = [flags["blocks"]] * len(widths), flags["classes"], flags["batch"]
condition = dict(ConditionDimension=classes) if classes else {}
G = Generator(
    flags["latent"], widths, cardinality, blocks, flags["expansion"], **condition,
    ConditionEmbeddingDimension=flags["embedding"] if classes else 0,
)
D = Discriminator(
    widths[::-1], cardinality[::-1], blocks, flags["expansion"], **condition,
    ConditionEmbeddingDimension=widths[-1] if classes else 0,
)
with torch.no_grad():
    for network in (G, D):
        for name, tensor in network.named_parameters():
            # What starts at 0 would leave most of the network without an effect.
            if name.endswith("Bias") or "LinearLayer3" in name:
                tensor.copy_(0.2 * torch.randn_like(tensor))


def write(name, tensors):
    header, data = {}, b""
    for key, tensor in tensors.items():
        values = tensor.detach().contiguous()
        values = values.int() if values.dtype == torch.int64 else values
        raw = values.numpy().tobytes()
        kind = "I32" if values.dtype == torch.int32 else "F32"
        header[key] = {"dtype": kind, "shape": list(values.shape) or [1], "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (out / name).write_bytes(struct.pack("<Q", len(text)) + text + data)


size = 4 * 2 ** (len(widths) - 1)
labels = lambda: torch.randint(max(classes, 1), (batch,))  # noqa: E731
images = lambda: torch.rand(batch, 3, size, size) * 2 - 1  # noqa: E731
latents = lambda: torch.randn(batch, flags["latent"])  # noqa: E731
one_hot = lambda y: torch.nn.functional.one_hot(y, classes).float() if classes else None  # noqa: E731
# In R3GAN's steps the generated images are of the classes of the real ones.
io = {"z": latents(), "x": images(), "y": labels(), "z_g": latents(), "x_g": images(), "y_g": labels()}
torch.save(G.state_dict(), out / "G.pth")
torch.save(D.state_dict(), out / "D.pth")
with torch.no_grad():
    io["g"] = G(io["z"], one_hot(io["y"]))
    io["d_fake"] = D(io["g"], one_hot(io["y"]))
    io["d_real"] = D(io["x"], one_hot(io["y"]))
training = AdversarialTraining(G, D)
for network in (G, D):
    network.zero_grad()
loss, _, r1, r2 = training.AccumulateDiscriminatorGradients(io["z"], io["x"], one_hot(io["y"]), flags["gamma"])
io.update(loss_d=(loss + flags["gamma"] / 2 * (r1 + r2)).mean(), r1=r1.mean(), r2=r2.mean())
gradients = {f"D.{name}": p.grad.clone() for name, p in D.named_parameters()}
for network in (G, D):
    network.zero_grad()
loss, _ = training.AccumulateGeneratorGradients(io["z_g"], io["x_g"], one_hot(io["y_g"]))
io["loss_g"] = loss.mean()
gradients.update({f"G.{name}": p.grad.clone() for name, p in G.named_parameters()})
write("io.safetensors", io)
write("grads.safetensors", gradients)
(out / "config.json").write_text(json.dumps(flags, indent=1) + "\n")
