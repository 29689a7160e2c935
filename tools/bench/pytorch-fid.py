"""Times pytorch-fid's own InceptionV3 on images in memory.

usage: python pytorch-fid.py WEIGHTS PIXELS --images 300 --batch 50 [--resolution 32] [--bf16]
                             [--channels-last] [--device cpu|cuda] [--features FILE]
Prints one JSON object. WEIGHTS is a state dict in the layout of pt_inception-2015-12-05 (nothing is downloaded), PIXELS
a file of uint8 [N, H, W, 3]. The package pytorch-fid is imported, not copied; `--features` writes float32 [N, 2048].
"""
import argparse, contextlib, json, resource, time

parser = argparse.ArgumentParser()
parser.add_argument('weights')
parser.add_argument('pixels')
parser.add_argument('--images', type=int, default=300)
parser.add_argument('--batch', type=int, default=50)
parser.add_argument('--resolution', type=int, default=32)
parser.add_argument('--bf16', action='store_true')
parser.add_argument('--channels-last', action='store_true')
parser.add_argument('--device', default='cpu')
parser.add_argument('--features')
args = parser.parse_args()

import numpy as np
import torch
import pytorch_fid.inception as inception

inception.load_state_dict_from_url = lambda *_, **__: torch.load(args.weights, weights_only=True)
layout = torch.channels_last if args.channels_last else torch.contiguous_format
model = inception.InceptionV3().eval().to(args.device).to(memory_format=layout)
size = args.resolution
pixels = np.fromfile(args.pixels, dtype=np.uint8, count=args.images * size * size * 3)
# What torchvision's ToTensor makes of decoded images.
images = torch.from_numpy(pixels.reshape(-1, size, size, 3)).permute(0, 3, 1, 2).contiguous().float() / 255
cast = (lambda: torch.autocast(args.device, torch.bfloat16)) if args.bf16 else contextlib.nullcontext


def extract(batch):
    with torch.no_grad(), cast():
        return model(batch.to(args.device).to(memory_format=layout))[0].squeeze(3).squeeze(2).float().cpu().numpy()


extract(images[: args.batch])
start = time.perf_counter()
features = np.concatenate([extract(images[i : i + args.batch]) for i in range(0, args.images, args.batch)])
seconds = time.perf_counter() - start
if args.features:
    features.astype(np.float32).tofile(args.features)
print(json.dumps({
    'program': 'pytorch-fid', 'torch': torch.__version__, 'threads': torch.get_num_threads(),
    'precision': 'bfloat16 autocast' if args.bf16 else 'float32', 'device': args.device,
    'layout': 'channels_last' if args.channels_last else 'contiguous', 'resolution': size, 'batch': args.batch,
    'imagesPerSecond': args.images / seconds,
    'peakMemoryBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
