"""Times BigGAN-PyTorch's own networks and training functions: one D step and one G step, on random images.

usage: python biggan-pytorch.py CHECKOUT --channels 64 --batch 50 [--resolution 32] [--bf16] [--large]
Prints one JSON object. CHECKOUT is a checkout of BigGAN-PyTorch; its code is imported, not copied.
`--large` is the ImageNet recipe: attention at 64, shared embedding, hierarchical z, orthogonal initialization.
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
parser.add_argument('--bf16', action='store_true')
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
G, D = BigGAN.Generator(**config), BigGAN.Discriminator(**config)
config['dim_z'] = G.dim_z
with torch.no_grad():
    G_ema = BigGAN.Generator(**{**config, 'skip_init': True, 'no_optim': True})
ema = utils.ema(G, G_ema, 0.9999, 0)
GD = BigGAN.G_D(G, D)
z, y = utils.prepare_z_y(args.batch, G.dim_z, args.classes, device='cpu')
step = train_fns.GAN_training_function(G, D, GD, z, y, ema, {'itr': 1}, config)
images = torch.rand(args.batch, 3, args.resolution, args.resolution) * 2 - 1
labels = torch.randint(args.classes, (args.batch,))
cast = (lambda: torch.autocast('cpu', torch.bfloat16)) if args.bf16 else contextlib.nullcontext
G.train(); D.train()

def timed(function, count, warmup):
    seconds = []
    for index in range(count + warmup):
        start = time.perf_counter()
        with cast():
            function()
        if index >= warmup:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)

train_seconds = timed(lambda: step(images, labels), args.steps, args.warmup)
G.eval()
with torch.no_grad():
    z.sample_(); y.sample_()
    sample_seconds = timed(lambda: G(z, G.shared(y)), args.steps, args.warmup)
print(json.dumps({
    'program': 'BigGAN-PyTorch', 'torch': torch.__version__, 'threads': torch.get_num_threads(),
    'precision': 'bfloat16 autocast' if args.bf16 else 'float32', 'resolution': args.resolution,
    'channels': args.channels, 'batch': args.batch, 'stepSeconds': train_seconds,
    'imagesPerSecond': args.batch / train_seconds, 'sampleImagesPerSecond': args.batch / sample_seconds,
    'peakMemoryBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
