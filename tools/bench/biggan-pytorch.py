"""Times BigGAN-PyTorch's own networks and training functions: one D step and one G step, on random images.

usage: python biggan-pytorch.py CHECKOUT --channels 64 --batch 50 [--resolution 32] [--large]
                                [--device cuda] [--bf16] [--tf32] [--channels-last] [--compile]
Prints one JSON object. CHECKOUT is a checkout of BigGAN-PyTorch; its code is imported, not copied.
`--large` is the ImageNet recipe: attention at 64, shared embedding, hierarchical z, orthogonal initialization.
Batches come from the host's memory (pinned where there is a GPU), and samples go back to it, in both programs.
"""
import argparse, contextlib, json, resource, statistics, sys, time

parser = argparse.ArgumentParser()
parser.add_argument('checkout')
parser.add_argument('--channels', type=int, default=64)
parser.add_argument('--batch', type=int, default=50)
parser.add_argument('--resolution', type=int, default=32)
parser.add_argument('--classes', type=int, default=10)
parser.add_argument('--steps', type=int, default=5)
parser.add_argument('--warmup', type=int, default=2)
parser.add_argument('--device', default='cpu')
parser.add_argument('--bf16', action='store_true')
parser.add_argument('--tf32', action='store_true')
parser.add_argument('--channels-last', action='store_true')
parser.add_argument('--compile', action='store_true')
parser.add_argument('--large', action='store_true')
args = parser.parse_args()

sys.path.insert(0, args.checkout)
import torch
import BigGAN, train_fns, utils

large = dict(G_attn='64', D_attn='64', G_shared=True, shared_dim=128, hier=True, dim_z=120, G_init='ortho', D_init='ortho')
small = dict(G_attn='0', D_attn='0', G_init='N02', D_init='N02', dim_z=128)
config = dict(vars(utils.prepare_parser().parse_args([])))
config.update(large if args.large else small)
config.update(resolution=args.resolution, n_classes=args.classes, G_ch=args.channels, D_ch=args.channels,
              batch_size=args.batch, num_D_steps=1, G_lr=2e-4, D_lr=2e-4,
              G_activation=torch.nn.ReLU(), D_activation=torch.nn.ReLU(), no_optim=False, skip_init=False, ema=True)
torch.manual_seed(0)
# Without it PyTorch's own defaults hold: TF32 in convolutions, float32 in products of matrices.
if args.tf32:
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
# As the reference's train.py does.
torch.backends.cudnn.benchmark = True
layout = torch.channels_last if args.channels_last else torch.contiguous_format
onto = dict(device=args.device, memory_format=layout)
G, D = BigGAN.Generator(**config).to(**onto), BigGAN.Discriminator(**config).to(**onto)
config['dim_z'] = G.dim_z
with torch.no_grad():
    G_ema = BigGAN.Generator(**{**config, 'skip_init': True, 'no_optim': True}).to(**onto)
ema = utils.ema(G, G_ema, 0.9999, 0)
def plain(compiled):
    # The reference's z and y are of a subclass of Tensor, whose type was changed in place: the compiler takes neither.
    return lambda *tensors: compiled(*(x.as_subclass(torch.Tensor).clone() for x in tensors))

if args.channels_last:
    # A view does not exist of weights that are stored channels last.
    torch.Tensor.view = torch.Tensor.reshape
if args.compile:
    G.forward, D.forward = plain(torch.compile(G.forward)), plain(torch.compile(D.forward))
GD = BigGAN.G_D(G, D)
z, y = utils.prepare_z_y(args.batch, G.dim_z, args.classes, device=args.device)
step = train_fns.GAN_training_function(G, D, GD, z, y, ema, {'itr': 1}, config)
images = torch.rand(args.batch, 3, args.resolution, args.resolution) * 2 - 1
labels = torch.randint(args.classes, (args.batch,))
if args.device != 'cpu':
    images, labels = images.pin_memory(), labels.pin_memory()
cast = (lambda: torch.autocast(args.device, torch.bfloat16)) if args.bf16 else contextlib.nullcontext
G.train(); D.train()

def finish():
    if args.device != 'cpu':
        torch.cuda.synchronize()

def timed(function, count, warmup):
    """Seconds of the median run and of the first one."""
    seconds = []
    for index in range(count + warmup):
        start = time.perf_counter()
        with cast():
            function()
        finish()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[warmup:]), seconds[0]

def train():
    step(images.to(args.device, non_blocking=True, memory_format=layout), labels.to(args.device, non_blocking=True))

train_seconds, first_seconds = timed(train, args.steps, args.warmup)
G.eval()
with torch.no_grad():
    z.sample_(); y.sample_()
    sample_seconds, _ = timed(lambda: G(z, G.shared(y)).float().cpu(), args.steps, args.warmup)
print(json.dumps({
    'program': 'BigGAN-PyTorch', 'torch': torch.__version__, 'threads': torch.get_num_threads(),
    'device': torch.cuda.get_device_name() if args.device != 'cpu' else 'cpu',
    'precision': 'bfloat16 autocast' if args.bf16 else 'tf32' if args.tf32 else 'float32',
    'channelsLast': args.channels_last, 'compiled': args.compile, 'resolution': args.resolution,
    'channels': args.channels, 'batch': args.batch, 'firstStepSeconds': first_seconds, 'stepSeconds': train_seconds,
    'imagesPerSecond': args.batch / train_seconds, 'sampleImagesPerSecond': args.batch / sample_seconds,
    'peakDeviceBytes': torch.cuda.max_memory_allocated() if args.device != 'cpu' else None,
    'peakMemoryBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
