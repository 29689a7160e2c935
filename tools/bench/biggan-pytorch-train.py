"""Trains BigGAN-PyTorch's own networks by its own training function for a number of minutes and writes samples.

usage: python biggan-pytorch-train.py CHECKOUT IMAGES.tar OUT --minutes 30 [--channels 24] [--threads 1]

The recipe is its scripts/launch_cifar_ema.sh (batch 50, four D steps, N02 weights, no attention), at a width of one's own:
its 64 channels make too few steps on a processor. IMAGES.tar has a folder for each class. What differs on purpose, in its
favour: images are flipped, and its moving average of 0.9999 from step 1000, which such a run does not reach, is one of
`--ema` from step 100. The minutes begin with the first step, so reading the images costs it nothing.
OUT gets `ema.npz` and `plain.npz` (`arr_0`, uint8, NHWC, classes in turn) and `record.json`.
"""
import argparse, io, json, os, sys, tarfile, time

parser = argparse.ArgumentParser()
parser.add_argument('checkout')
parser.add_argument('images')
parser.add_argument('out')
parser.add_argument('--minutes', type=float, default=30)
parser.add_argument('--channels', type=int, default=24)
parser.add_argument('--batch', type=int, default=50)
parser.add_argument('--discriminator-steps', type=int, default=4)
parser.add_argument('--ema', type=float, default=0.999)
parser.add_argument('--threads', type=int, default=1)
parser.add_argument('--samples', type=int, default=5000)
parser.add_argument('--seed', type=int, default=0)
args = parser.parse_args()

sys.path.insert(0, args.checkout)
import numpy, torch
from PIL import Image
import BigGAN, train_fns, utils

torch.set_num_threads(args.threads)
torch.manual_seed(args.seed)

images, labels, classes = [], [], {}
with tarfile.open(args.images) as archive:
    for member in archive:
        if member.isfile():
            images.append(numpy.asarray(Image.open(io.BytesIO(archive.extractfile(member).read())).convert('RGB')))
            labels.append(classes.setdefault(member.name.split('/')[-2], len(classes)))
images = torch.from_numpy(numpy.stack(images)).permute(0, 3, 1, 2).contiguous()
labels = torch.tensor(labels)

config = dict(vars(utils.prepare_parser().parse_args([])))
config.update(resolution=images.shape[2], n_classes=len(classes), G_ch=args.channels, D_ch=args.channels, batch_size=args.batch,
              num_D_steps=args.discriminator_steps, num_G_accumulations=1, num_D_accumulations=1, G_lr=2e-4, D_lr=2e-4,
              G_ortho=0.0, G_attn='0', D_attn='0', G_init='N02', D_init='N02', ema=True,
              G_activation=torch.nn.ReLU(), D_activation=torch.nn.ReLU(), no_optim=False, skip_init=False)
G, D = BigGAN.Generator(**config), BigGAN.Discriminator(**config)
config['dim_z'] = G.dim_z
G_ema = BigGAN.Generator(**{**config, 'skip_init': True, 'no_optim': True})
ema = utils.ema(G, G_ema, args.ema, 100)
z, y = utils.prepare_z_y(args.batch, G.dim_z, len(classes), device='cpu')
state = {'itr': 0}
step = train_fns.GAN_training_function(G, D, BigGAN.G_D(G, D), z, y, ema, state, config)
G.train(); D.train(); G_ema.train()

def batch():
    chosen = torch.randint(len(images), (args.batch * args.discriminator_steps,))
    x = images[chosen].float() / 127.5 - 1
    flipped = torch.rand(len(x), 1, 1, 1) < 0.5
    return torch.where(flipped, x.flip(3), x), labels[chosen]

start = time.perf_counter()
while time.perf_counter() - start < args.minutes * 60:
    state['itr'] += 1
    losses = step(*batch())
    if state['itr'] % 20 == 0:
        seconds = time.perf_counter() - start
        print(f"step {state['itr']}  {state['itr'] * args.batch * args.discriminator_steps / seconds:.0f} images/s  {losses}", flush=True)
seconds = time.perf_counter() - start

def samples(net):
    """Of evenly many of each class in shuffled batches, with the statistics of each batch: its own default (no --G_eval_mode)."""
    net.train()
    order = torch.randperm(args.samples)
    result = numpy.empty((args.samples, *images.shape[2:], 3), numpy.uint8)
    with torch.no_grad():
        for rows in order.split(250):
            image = net(torch.randn(len(rows), G.dim_z), net.shared(rows % len(classes)))
            result[rows.numpy()] = ((image * 0.5 + 0.5) * 255).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
    return result

os.makedirs(args.out, exist_ok=True)
numpy.savez(os.path.join(args.out, 'ema.npz'), arr_0=samples(G_ema))
numpy.savez(os.path.join(args.out, 'plain.npz'), arr_0=samples(G))
weights = {name: sum(p.numel() for p in net.parameters()) for name, net in (('G', G), ('D', D))}
record = {'program': 'BigGAN-PyTorch', 'torch': torch.__version__, 'threads': args.threads, 'channels': args.channels,
          'batch': args.batch, 'discriminatorSteps': args.discriminator_steps, 'weights': weights, 'seed': args.seed,
          'steps': state['itr'], 'seconds': seconds,
          'realImagesPerSecond': state['itr'] * args.batch * args.discriminator_steps / seconds}
with open(os.path.join(args.out, 'record.json'), 'w') as file:
    json.dump(record, file, indent=2)
print(json.dumps(record))
