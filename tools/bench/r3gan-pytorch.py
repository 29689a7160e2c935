"""Times R3GAN's own networks and losses: one D step with R1 and R2, one G step, Adam and the average, on random images.

usage: python r3gan-pytorch.py CHECKOUT --channels 192 --batch 64 [--resolution 32] [--device cuda] [--bf16] [--tf32]
                                        [--channels-last]
Prints one JSON object. CHECKOUT is a checkout of brownvc/R3GAN; its code is imported, not copied. The step is that of its
training_loop.py, without augmentation. `--bf16` is its own: every stage but that of the lowest resolution.
Batches come from the host's memory, and samples go back to it, in both programs.
"""
import argparse, copy, json, math, resource, statistics, sys, time

parser = argparse.ArgumentParser()
parser.add_argument('checkout')
parser.add_argument('--channels', type=int, default=192)
parser.add_argument('--batch', type=int, default=64)
parser.add_argument('--resolution', type=int, default=32)
parser.add_argument('--classes', type=int, default=10)
parser.add_argument('--steps', type=int, default=5)
parser.add_argument('--warmup', type=int, default=2)
parser.add_argument('--device', default='cpu')
parser.add_argument('--bf16', action='store_true')
parser.add_argument('--tf32', action='store_true')
parser.add_argument('--channels-last', action='store_true')
args = parser.parse_args()

sys.path.insert(0, args.checkout)
import torch
from R3GAN.Networks import Discriminator, Generator
from R3GAN.Trainer import AdversarialTraining

torch.manual_seed(0)
if args.tf32:
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
torch.backends.cudnn.benchmark = True
stages = int(math.log2(args.resolution // 4)) + 1
widths, blocks = [args.channels] * stages, [2] * stages
cardinality = [2 * args.channels // 16] * stages
layout = torch.channels_last if args.channels_last else torch.contiguous_format
onto = dict(device=args.device, memory_format=layout)
G = Generator(64, widths, cardinality, blocks, 2, ConditionDimension=args.classes, ConditionEmbeddingDimension=64)
D = Discriminator(widths, cardinality, blocks, 2, ConditionDimension=args.classes, ConditionEmbeddingDimension=args.channels)
if args.channels_last:
    # A view does not exist of what is stored channels last.
    torch.Tensor.view = torch.Tensor.reshape
if args.bf16:
    for stage in range(stages - 1):
        G.MainLayers[-1 - stage].DataType = torch.bfloat16
        D.MainLayers[stage].DataType = torch.bfloat16
G, D = G.train().requires_grad_(False).to(**onto), D.train().requires_grad_(False).to(**onto)
G_ema = copy.deepcopy(G).eval()
adam = lambda network: torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.0, 0.9), eps=1e-8)
optimizers = {D: adam(D), G: adam(G)}
training = AdversarialTraining(G, D)
gamma, decay = 0.05, 0.5 ** (args.batch / 1e4)
images = torch.rand(args.batch, 3, args.resolution, args.resolution) * 2 - 1
labels = torch.nn.functional.one_hot(torch.randint(args.classes, (args.batch,)), args.classes).float()
if args.device != 'cpu':
    images, labels = images.pin_memory(), labels.pin_memory()

def finish():
    if args.device != 'cpu':
        torch.cuda.synchronize()

def update(network, accumulate):
    optimizers[network].zero_grad(set_to_none=True)
    network.requires_grad_(True)
    accumulate()
    network.requires_grad_(False)
    optimizers[network].step()

def step():
    def fed():
        z = torch.randn(args.batch, 64, device=args.device)
        x = images.to(args.device, non_blocking=True, memory_format=layout)
        return z, x, labels.to(args.device, non_blocking=True)
    update(D, lambda: training.AccumulateDiscriminatorGradients(*fed(), gamma))
    update(G, lambda: training.AccumulateGeneratorGradients(*fed()))
    with torch.no_grad():
        for averaged, current in zip(G_ema.parameters(), G.parameters()):
            averaged.copy_(current.lerp(averaged, decay))

def timed(function, count, warmup):
    """Seconds of the median run, of the fastest one and of the first one."""
    seconds = []
    for index in range(count + warmup):
        start = time.perf_counter()
        function()
        finish()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[warmup:]), min(seconds[warmup:]), seconds[0]

train_seconds, least_seconds, first_seconds = timed(step, args.steps, args.warmup)
z, y = torch.randn(args.batch, 64, device=args.device), labels.to(args.device)
with torch.no_grad():
    sample_seconds, _, _ = timed(lambda: G(z, y).float().cpu(), args.steps, args.warmup)
print(json.dumps({
    'program': 'R3GAN', 'torch': torch.__version__, 'threads': torch.get_num_threads(),
    'device': torch.cuda.get_device_name() if args.device != 'cpu' else 'cpu',
    'precision': 'bfloat16 stages' if args.bf16 else 'tf32' if args.tf32 else 'float32',
    'channelsLast': args.channels_last, 'resolution': args.resolution,
    'channels': args.channels, 'batch': args.batch, 'firstStepSeconds': first_seconds, 'stepSeconds': train_seconds,
    'leastStepSeconds': least_seconds,
    'imagesPerSecond': args.batch / train_seconds, 'bestImagesPerSecond': args.batch / least_seconds,
    'sampleImagesPerSecond': args.batch / sample_seconds,
    'peakDeviceBytes': torch.cuda.max_memory_allocated() if args.device != 'cpu' else None,
    'peakMemoryBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
