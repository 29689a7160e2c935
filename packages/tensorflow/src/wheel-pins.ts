import { TensorFlowError } from './errors.js';
import { pinnedVersion } from './library.js';

/** A wheel: what pip calls it and the digest that its file must have. */
export interface WheelPin {
  readonly distribution: string;
  readonly version: string;
  /** Hexadecimal, as the package index publishes it. */
  readonly sha256: string;
  /** Bytes of the wheel and of what is kept of it, where known: for a progress bar. */
  readonly bytes?: { readonly wheel: number; readonly libraries: number };
  /** pip's platform tags, the wheel's own first. */
  readonly platforms: readonly string[];
}

/** Of CPython 3.12; the two libraries inside know nothing of Python. There is no tensorflow-cpu for ARM: tensorflow is it. */
const pins: Readonly<Record<string, WheelPin>> = {
  x64: {
    distribution: 'tensorflow-cpu',
    version: pinnedVersion,
    sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    bytes: { wheel: 274_000_871, libraries: 853_308_936 },
    platforms: ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
  },
  arm64: {
    distribution: 'tensorflow',
    version: pinnedVersion,
    sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
    platforms: ['manylinux_2_27_aarch64', 'manylinux_2_17_aarch64', 'manylinux2014_aarch64'],
  },
};

const linuxX64 = ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64'];

/** TensorFlow built for CUDA 12.5 and cuDNN 9.3. */
const gpuPin: WheelPin = {
  distribution: 'tensorflow',
  version: pinnedVersion,
  sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
  platforms: linuxX64,
};

/** The wheels that the extra `and-cuda` of that wheel names, each at the lowest version it takes: what it was built with. */
const cudaVersions: Readonly<Record<string, readonly [version: string, sha256: string]>> = {
  'nvidia-cublas-cu12': ['12.5.3.2', 'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b'],
  'nvidia-cuda-cupti-cu12': ['12.5.82', 'bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953'],
  'nvidia-cuda-nvcc-cu12': ['12.5.82', 'b03e545b8e8c3ce7ebcd7fc44063180ff52ff01d064ece2127ed90a04ef12cd0'],
  'nvidia-cuda-nvrtc-cu12': ['12.5.82', '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd'],
  'nvidia-cuda-runtime-cu12': ['12.5.82', '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115'],
  'nvidia-cudnn-cu12': ['9.3.0.75', '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d'],
  'nvidia-cufft-cu12': ['11.2.3.61', '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8'],
  'nvidia-curand-cu12': ['10.3.6.82', '2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536'],
  'nvidia-cusolver-cu12': ['11.6.3.83', '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b'],
  'nvidia-cusparse-cu12': ['12.5.1.3', '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752'],
  'nvidia-nccl-cu12': ['2.27.7', 'de5ba5562f08029a19cb1cd659404b18411ed0d6c90ac5f52f30bf99ad5809aa'],
  'nvidia-nvjitlink-cu12': ['12.5.82', 'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212'],
};

/**
 * What TensorFlow needs for a GPU: itself, built for CUDA, and NVIDIA's libraries.
 * @throws PLATFORM_NOT_SUPPORTED for anything but Linux on x64
 */
export function gpuWheels(
  platform: string = process.platform,
  architecture: string = process.arch,
): { readonly library: WheelPin; readonly cuda: readonly WheelPin[] } {
  if (platform !== 'linux' || architecture !== 'x64') {
    throw new TensorFlowError(
      'PLATFORM_NOT_SUPPORTED',
      `TensorFlow library for GPUs: expected linux on x64, got ${platform} on ${architecture}`,
      { kind: 'failed', hint: 'Install the one for the processor: ganymede backend install tensorflow' },
    );
  }
  const cuda = Object.entries(cudaVersions).map(([distribution, [version, sha256]]) => ({
    distribution,
    version,
    sha256,
    platforms: linuxX64,
  }));
  return { library: gpuPin, cuda };
}

/** @throws PLATFORM_NOT_SUPPORTED for anything but Linux with glibc on x64 or arm64 */
export function wheelFor(platform: string = process.platform, architecture: string = process.arch): WheelPin {
  const pin = platform === 'linux' ? pins[architecture] : undefined;
  if (pin) return pin;
  throw new TensorFlowError(
    'PLATFORM_NOT_SUPPORTED',
    `TensorFlow library: expected linux on ${Object.keys(pins).join(' or ')}, got ${platform} on ${architecture}`,
    {
      kind: 'failed',
      hint: 'Use the WebAssembly backend, or point GANYMEDE_TENSORFLOW at a folder with libtensorflow_cc.so.2.',
    },
  );
}
