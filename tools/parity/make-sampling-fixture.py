"""Makes tools/parity/sampling-fixture.json: what NumPy and PyTorch make of the formulas that samplers use.

usage: python make-sampling-fixture.py OUT.json

- `acceptance`: F and sigmoid(F) of arXiv:1810.06758 in float64, gamma by numpy.percentile over the burn-in.
- `calibration`: logistic regression on logits with Platt's targets, the least of torch's cross-entropy by L-BFGS in float64;
  one set of logits that overlap, one that is parted.
- `langevin`: steps of arXiv:2003.06060 by torch.autograd in float32, over networks of a layer and a class embedding each.

tools/parity/sampling-fixture.json was made by PyTorch 2.11 and NumPy 2.4 on a CPU.
"""

import json
import pathlib
import sys

import numpy as np
import torch

(out,) = sys.argv[1:]
random = np.random.default_rng(0)


def acceptance(log_odds, epsilon, percentile):
    maximum = log_odds.max()

    def term(values):
        delta = values - maximum
        return delta - np.log(1 - np.exp(delta - epsilon))

    gamma = 0.0 if percentile is None else np.percentile(term(log_odds), percentile)
    asked = maximum - np.array([30.0, 5.0, 2.0, 0.7, 0.5, 1e-3, 0.0])
    shifted = term(asked) - gamma
    return {
        "logOdds": log_odds.tolist(), "epsilon": epsilon, "percentile": percentile, "maximum": maximum, "gamma": gamma,
        "asked": asked.tolist(), "terms": shifted.tolist(), "probabilities": (1 / (1 + np.exp(-shifted))).tolist(),
    }


def calibration(real, generated):
    logits = torch.tensor(np.concatenate([real, generated]), dtype=torch.float64)
    targets = torch.cat([
        torch.full((len(real),), (len(real) + 1) / (len(real) + 2), dtype=torch.float64),
        torch.full((len(generated),), 1 / (len(generated) + 2), dtype=torch.float64),
    ])
    parameters = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [parameters], max_iter=1000, tolerance_grad=1e-14, tolerance_change=1e-16, line_search_fn="strong_wolfe",
    )

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(parameters[0] * logits + parameters[1], targets)
        loss.backward()
        return loss

    for _ in range(20):
        optimizer.step(closure)
    slope, intercept = parameters.tolist()
    return {"real": real.tolist(), "generated": generated.tolist(), "slope": slope, "intercept": intercept}


def langevin(slope, step_size, noise, steps):
    torch.manual_seed(0)
    batch, latent, pixels, classes = 3, 4, 12, 2
    weights = {
        "g": 0.5 * torch.randn(latent, pixels), "gClass": 0.3 * torch.randn(classes, pixels),
        "d": 0.5 * torch.randn(pixels, 5), "dOut": torch.randn(5), "dClass": 0.5 * torch.randn(classes, 5),
    }
    labels = torch.tensor([0, 1, 1])
    z = torch.randn(batch, latent)
    start, noises = z.clone(), torch.randn(steps, batch, latent)
    for n in noises:
        z = z.detach().requires_grad_(True)
        x = torch.tanh(z @ weights["g"] + weights["gClass"][labels])
        h = torch.nn.functional.softplus(x @ weights["d"])
        logits = h @ weights["dOut"] + (h * weights["dClass"][labels]).sum(1)
        energy = z.square().sum(1) / 2 - slope * logits
        (gradient,) = torch.autograd.grad(energy.sum(), z)
        z = z - step_size / 2 * gradient + noise * step_size**0.5 * n
    return {
        "slope": slope, "stepSize": step_size, "noise": noise, "labels": labels.tolist(), "z": start.tolist(),
        "noises": noises.tolist(), "end": z.detach().tolist(), "weights": {k: v.tolist() for k, v in weights.items()},
    }


overlapping = random.normal(0.4, 1.2, 40), random.normal(-0.3, 0.9, 40)
pathlib.Path(out).write_text(json.dumps({
    "acceptance": [
        acceptance(random.normal(0, 1.5, 200), 1e-6, 95), acceptance(random.normal(-1, 0.7, 50), 1e-6, None),
        acceptance(random.normal(2, 4, 101), 1e-3, 60),
    ],
    "calibration": [
        calibration(*overlapping), calibration(random.uniform(2, 3, 12), random.uniform(-1, 1, 12)),
        calibration(random.normal(-50, 30, 30), random.normal(-80, 20, 20)),
    ],
    "langevin": langevin(1.7, 0.05, 0.8, 6),
}))
