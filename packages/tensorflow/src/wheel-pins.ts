import { type WheelPin } from '@ganymede/wheels';
import { TensorFlowError } from './errors.js';
import { pinnedVersion } from './library.js';

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
