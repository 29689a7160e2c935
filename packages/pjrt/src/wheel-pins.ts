import type { WheelPin } from '@ganymede/wheels';

/** A wheel: distribution, version, bytes of the wheel, bytes of what is kept of it, SHA-256. */
type Row = readonly [
  distribution: string,
  version: string,
  wheelBytes: number,
  keptBytes: number,
  sha256: string,
];

/** Tags of the wheels below, for Linux on x64. */
const platforms = ['2_31', '2_28', '2_27', '2_25', '2_18', '2_17', '2_12']
  .map((version) => `manylinux_${version}_x86_64`)
  .concat('manylinux2014_x86_64', 'manylinux2010_x86_64');

const pinsOf = (rows: readonly Row[]): readonly WheelPin[] =>
  rows.map(([distribution, version, wheel, libraries, sha256]) => ({
    distribution,
    version,
    sha256,
    bytes: { wheel, libraries },
    platforms,
  }));

/** JAX's plugin and, of CUDA 13.0 and cuDNN 9.19, the libraries that it opens and the compiler that it runs. */
export const cudaPins = pinsOf([
  [
    'jax-cuda13-pjrt',
    '0.11.2',
    134_162_640,
    411_465_856,
    'e5ff589d43064913bb74027682d89639c7ea48f9f81c2bae6fc75117e913f93e',
  ],
  [
    'nvidia-cublas',
    '13.1.0.3',
    423_133_236,
    595_773_576,
    'ee8722c1f0145ab246bccb9e452153b5e0515fd094c3678df50b2a0888b8b171',
  ],
  [
    'nvidia-cuda-cupti',
    '13.0.85',
    10_715_597,
    41_862_192,
    '4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8',
  ],
  [
    'nvidia-cuda-nvcc',
    '13.0.88',
    37_384_532,
    77_127_128,
    '56fe502eb77625a12f25172caa3cdddb4e4c8ba2c8c17dba44b164761b380f03',
  ],
  [
    'nvidia-cuda-nvrtc',
    '13.0.88',
    90_215_200,
    113_718_680,
    'ad9b6d2ead2435f11cbb6868809d2adeeee302e9bb94bcf0539c7a40d80e8575',
  ],
  [
    'nvidia-cuda-runtime',
    '13.0.96',
    2_243_632,
    704_288,
    '7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548',
  ],
  [
    'nvidia-cudnn-cu13',
    '9.19.0.56',
    366_066_321,
    493_410_224,
    'd20e1734305e9d68889a96e3f35094d733ff1f83932ebe462753973e53a572bf',
  ],
  [
    'nvidia-cufft',
    '12.0.0.61',
    214_085_489,
    286_542_352,
    '6c44f692dce8fd5ffd3e3df134b6cdb9c2f72d99cf40b62c32dde45eea9ddad3',
  ],
  [
    'nvidia-cusolver',
    '12.0.4.66',
    200_941_980,
    141_152_872,
    '0a759da5dea5c0ea10fd307de75cdeb59e7ea4fcb8add0924859b944babf1112',
  ],
  [
    'nvidia-cusparse',
    '12.6.3.3',
    145_942_937,
    162_565_256,
    '2b3c89c88d01ee0e477cb7f82ef60a11a4bcd57b6b87c33f789350b59759360b',
  ],
  [
    'nvidia-nccl-cu13',
    '2.28.9',
    196_493_177,
    217_995_896,
    'e4553a30f34195f3fa1da02a6da3d6337d28f2003943aa0a3d247bbc25fefc42',
  ],
  [
    'nvidia-nvjitlink',
    '13.0.88',
    40_713_933,
    98_806_736,
    '13a74f429e23b921c1109976abefacc69835f2f433ebd323d3946e11d804e47b',
  ],
  [
    'nvidia-nvshmem-cu13',
    '3.4.5',
    60_412_546,
    41_241_312,
    '290f0a2ee94c9f3687a02502f3b9299a9f9fe826e6d0287ee18482e78d495b80',
  ],
  [
    'nvidia-nvvm',
    '13.0.88',
    61_601_415,
    63_483_812,
    'c5f41ffeb6466944a026dfa5317d7d85355c119bbec279205d22f1869d1054e0',
  ],
]);

/** The same of CUDA 12.8 and cuDNN 9.10. */
export const cuda12Pins = pinsOf([
  [
    'jax-cuda12-pjrt',
    '0.11.2',
    188_235_313,
    497_519_016,
    '2133b3afc63307c016ae4980f166b2b3de199759363ead74f7d550eaae953463',
  ],
  [
    'nvidia-cublas-cu12',
    '12.8.4.1',
    594_346_921,
    868_160_368,
    '8ac4e771d5a348c551b2a426eda6193c19aa630236b418086020df5ba9667142',
  ],
  [
    'nvidia-cuda-cupti-cu12',
    '12.8.90',
    10_248_621,
    38_697_040,
    'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
  ],
  [
    'nvidia-cuda-nvcc-cu12',
    '12.8.93',
    40_128_098,
    32_397_092,
    '2d6dc36fb7cb5ac9c0b8825bc13d193c35487a315664007287d0126531238011',
  ],
  [
    'nvidia-cuda-nvrtc-cu12',
    '12.8.93',
    88_040_029,
    110_825_752,
    'a7756528852ef889772a84c6cd89d41dfa74667e24cca16bb31f8f061e3e9994',
  ],
  [
    'nvidia-cuda-runtime-cu12',
    '12.8.90',
    954_765,
    728_800,
    'adade8dcbd0edf427b7204d480d6066d33902cab2a4707dcfc48a2d0fd44ab90',
  ],
  [
    'nvidia-cudnn-cu12',
    '9.10.2.21',
    706_758_467,
    1_053_232_960,
    '949452be657fa16687d0930933f032835951ef0892b37d2d53824d1a84dc97a8',
  ],
  [
    'nvidia-cufft-cu12',
    '11.3.3.83',
    193_118_695,
    278_925_016,
    '4d2dd21ec0b88cf61b62e6b43564355e5222e4a3fb394cac0db101f2dd0d4f74',
  ],
  [
    'nvidia-cusolver-cu12',
    '11.7.3.90',
    267_506_905,
    243_303_872,
    '4376c11ad263152bd50ea295c05370360776f8c3427b30991df774f9fb26c450',
  ],
  [
    'nvidia-cusparse-cu12',
    '12.5.8.93',
    288_216_466,
    387_990_224,
    '1ec05d76bbbd8b61b06a80e1eaf8cf4959c3d4ce8e711b65ebd0443bb0ebb13b',
  ],
  [
    'nvidia-nccl-cu12',
    '2.27.5',
    322_348_229,
    429_628_328,
    'ad730cf15cb5d25fe849c6e6ca9eb5b76db16a80f13f425ac68d8e2e55624457',
  ],
  [
    'nvidia-nvjitlink-cu12',
    '12.8.93',
    39_254_836,
    94_101_392,
    '81ff63371a7ebd6e6451970684f916be2eab07321b73c9d244dc2b4da7f73b88',
  ],
  [
    'nvidia-nvshmem-cu12',
    '3.4.5',
    139_103_095,
    160_322_296,
    '042f2500f24c021db8a06c5eec2539027d57460e1c1a762055a6554f72c369bd',
  ],
]);

/** The plugin alone: AMD's libraries are those of a ROCm 7 on the machine. */
export const rocmPins = pinsOf([
  [
    'jax-rocm7-pjrt',
    '0.11.2',
    139_991_500,
    482_734_064,
    'f673c6b3ffec3001e259c766ab85415926cfe12f548429f0a41c410b62b0937b',
  ],
]);

/** The plugin alone: Intel's libraries are those of a oneAPI on the machine. */
export const oneapiPins = pinsOf([
  [
    'jax-oneapi-pjrt',
    '0.11.2',
    135_149_983,
    521_495_584,
    'ae7250c5d4459dcfedf4de1bf683edfef0502861e44b6e9bfaa7d8133b4292c1',
  ],
]);

/** The version that JAX 0.11.2 names. */
export const tpuPins = pinsOf([
  [
    'libtpu',
    '0.0.48.1',
    221_391_425,
    683_032_824,
    'dfaafbc2b508928c99f80329f3eee729a3ee12aee203a06d9aef0f4513c56dd5',
  ],
]);
