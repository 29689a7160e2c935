"""Makes a folder for `node tools/parity`: random weights, fixed inputs, and what BigGAN-PyTorch makes of them.

usage: python make-fixture.py CHECKOUT OUT [flag=value ...]

CHECKOUT is a clone of https://github.com/ajbrock/BigGAN-PyTorch; flags are those of its train.py, and `seed`, `batch`.
tools/parity/fixture was made at commit 9845943 by PyTorch 2.15 on a CPU, without flags.
"""

import json
import pathlib
import struct
import sys

import torch

checkout, out, *given = sys.argv[1:]
sys.path.insert(0, checkout)
flags = {
    "source": "BigGAN-PyTorch", "module": "BigGAN", "resolution": 32, "G_ch": 2, "D_ch": 2, "n_classes": 3,
    "bottom_width": 4, "dim_z": 8, "G_attn": "0", "G_shared": True, "shared_dim": 4, "hier": True, "G_init": "N02",
    "D_attn": "0", "D_wide": True, "D_init": "N02", "skip_init": False, "SN_eps": 1e-6, "BN_eps": 1e-5,
    "G_lr": 2e-4, "D_lr": 2e-4, "G_B1": 0.0, "G_B2": 0.999, "D_B1": 0.0, "D_B2": 0.999, "adam_eps": 1e-8,
    "G_ortho": 1e-4, "batch": 3, "seed": 0,
}
for assignment in given:
    key, value = assignment.split("=")
    flags[key] = value if key in ("module", "G_attn", "D_attn", "G_init", "D_init") else json.loads(value)
out = pathlib.Path(out)
out.mkdir(parents=True, exist_ok=True)
torch.manual_seed(flags["seed"])
model = __import__(flags["module"])
options = {key: value for key, value in flags.items() if key not in ("source", "module", "batch", "seed")}
G, D = model.Generator(**options), model.Discriminator(**options)

with torch.no_grad():
    for network in (G, D):
        for name, tensor in network.state_dict().items():
            leaf = name.split(".")[-1]
            if leaf == "gamma":
                tensor.fill_(0.3)
            elif leaf == "stored_var":
                tensor.uniform_(0.5, 1.5)
            elif leaf == "stored_mean" or leaf == "bias":
                tensor.add_(0.1 * torch.randn_like(tensor))
            elif leaf == "gain":
                tensor.add_(0.1 * torch.randn_like(tensor))


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


size, classes, batch = flags["resolution"], flags["n_classes"], flags["batch"]
labels = lambda: torch.randint(classes, (batch,))  # noqa: E731
io = {
    "z": torch.randn(batch, G.dim_z), "y": labels(), "x": torch.rand(batch, 3, size, size) * 2 - 1, "y_real": labels(),
    "z_g": torch.randn(batch, G.dim_z), "y_g": labels(),
}
torch.save(G.state_dict(), out / "G.pth")
torch.save(D.state_dict(), out / "D.pth")
with torch.no_grad():
    G.eval()
    D.eval()
    io["g_eval"] = G(io["z"], G.shared(io["y"]))
    io["d_eval"] = D(io["x"], io["y_real"])
    G.train()
    D.train()
    io["g_train"] = G(io["z"], G.shared(io["y"]))
gradients = {}
d_out = D(torch.cat([io["g_train"], io["x"]]), torch.cat([io["y"], io["y_real"]]))
io["d_fake"], io["d_real"] = torch.split(d_out, batch)
io["loss_d_real"] = torch.relu(1 - io["d_real"]).mean()
io["loss_d_fake"] = torch.relu(1 + io["d_fake"]).mean()
D.optim.zero_grad()
(io["loss_d_real"] + io["loss_d_fake"]).backward()
gradients.update({f"D.{name}": p.grad.clone() for name, p in D.named_parameters()})
D.optim.step()
G.optim.zero_grad()
io["loss_g"] = -D(G(io["z_g"], G.shared(io["y_g"])), io["y_g"]).mean()
io["loss_g"].backward()
if flags["G_ortho"] > 0:
    # utils.ortho, with the shared embedding left out.
    with torch.no_grad():
        for name, p in G.named_parameters():
            if p.dim() >= 2 and not name.startswith("shared."):
                w = p.view(p.shape[0], -1)
                masked = (w @ w.t()) * (1 - torch.eye(w.shape[0]))
                p.grad += flags["G_ortho"] * 2 * (masked @ w).view(p.shape)
gradients.update({f"G.{name}": p.grad.clone() for name, p in G.named_parameters()})
G.optim.step()
torch.save(G.state_dict(), out / "G.after.pth")
torch.save(D.state_dict(), out / "D.after.pth")
write("io.safetensors", io)
write("grads.safetensors", gradients)
(out / "config.json").write_text(json.dumps(flags, indent=1) + "\n")
