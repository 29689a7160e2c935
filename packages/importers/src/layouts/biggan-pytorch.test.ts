import type { HostTensor } from '@ganymede/safetensors';
import { convertBigGanPyTorch, exportBigGanPyTorch, importBigGanPyTorch } from './biggan-pytorch.js';
import { guessBigGan } from './guess-biggan.js';

/** A tensor whose every value tells its position. */
function counted(...shape: number[]): HostTensor & { dtype: 'F32' } {
  const length = shape.reduce((product, size) => product * size, 1);
  return { dtype: 'F32', shape, data: Float32Array.from({ length }, (_, i) => i) };
}

const spectral = (name: string, outputs: number): Record<string, HostTensor> => ({
  [`${name}.u0`]: counted(1, outputs),
  [`${name}.sv0`]: counted(1),
});

const conv = (name: string, inputs: number, outputs: number, size = 3): Record<string, HostTensor> => ({
  [`${name}.weight`]: counted(outputs, inputs, size, size),
  [`${name}.bias`]: counted(outputs),
  ...spectral(name, outputs),
});

/**
 * A state dict as BigGAN.py's Generator has it at 32 pixels: names and shapes of `G.state_dict()` with G_ch = 2,
 * n_classes = 5, dim_z = 8; hierarchical with a shared embedding of 6, or neither.
 */
function generator32(shared: boolean): Record<string, HostTensor> {
  const norm = (name: string): Record<string, HostTensor> => ({
    [`${name}.stored_mean`]: counted(8),
    [`${name}.stored_var`]: counted(8),
    ...Object.fromEntries(
      ['gain', 'bias'].map((part) => [`${name}.${part}.weight`, shared ? counted(8, 8) : counted(5, 8)]),
    ),
    ...(shared ? { ...spectral(`${name}.gain`, 8), ...spectral(`${name}.bias`, 8) } : {}),
  });
  const blocks = [0, 1, 2].map((i) => ({
    ...conv(`blocks.${i}.0.conv1`, 8, 8),
    ...conv(`blocks.${i}.0.conv2`, 8, 8),
    ...conv(`blocks.${i}.0.conv_sc`, 8, 8, 1),
    ...norm(`blocks.${i}.0.bn1`),
    ...norm(`blocks.${i}.0.bn2`),
  }));
  return {
    ...(shared && { 'shared.weight': counted(5, 6) }),
    'linear.weight': counted(8 * 16, shared ? 2 : 8),
    'linear.bias': counted(8 * 16),
    ...spectral('linear', 8 * 16),
    ...Object.assign({}, ...blocks),
    'blocks.1.1.gamma': counted(),
    'output_layer.0.gain': counted(8),
    'output_layer.0.bias': counted(8),
    'output_layer.0.stored_mean': counted(8),
    'output_layer.0.stored_var': counted(8),
    ...conv('output_layer.2', 8, 3),
  };
}

function discriminator32(): Record<string, HostTensor> {
  const widths = [3, 8, 8, 8, 8];
  const blocks = [0, 1, 2, 3].map((i) => ({
    ...conv(`blocks.${i}.0.conv1`, widths[i]!, i === 0 ? 3 : 8),
    ...conv(`blocks.${i}.0.conv2`, i === 0 ? 3 : 8, 8),
  }));
  return {
    ...Object.assign({}, ...blocks),
    'linear.weight': counted(1, 8),
    'linear.bias': counted(1),
    'embed.weight': counted(5, 8),
  };
}

/** The shapes that a network here has for a state dict, by the rules that docs/checkpoints.md names. */
function targetOf(source: Record<string, HostTensor>): Record<string, readonly number[]> {
  const shared = 'shared.weight' in source;
  return Object.fromEntries(
    Object.entries(source).flatMap(([name, { shape }]): [string, readonly number[]][] => {
      const ours = name.replace('.stored_mean', '.mean').replace('.stored_var', '.variance');
      if (ours.endsWith('.mean'))
        return [
          [ours, shape],
          [ours.replace(/mean$/, 'standingMean'), shape],
        ];
      if (shape.length === 4) return [[ours, [shape[2]!, shape[3]!, shape[1]!, shape[0]!]]];
      const isEmbedding = /^(shared|embed)\./.test(name) || (!shared && /\.(gain|bias)\.weight$/.test(name));
      if (name.endsWith('.weight') && !isEmbedding) return [[ours, [...shape].reverse()]];
      return [[ours, shape]];
    }),
  );
}

describe.each([true, false])('a generator, shared embedding: %s', (shared) => {
  const source = generator32(shared);
  const target = targetOf(source);
  const imported = importBigGanPyTorch(source, target);

  it('fills every variable but the standing statistics', () => {
    expect(Object.keys(imported).sort()).toEqual(
      Object.keys(target)
        .filter((name) => !name.includes('standing'))
        .sort(),
    );
    for (const [name, { shape, data }] of Object.entries(imported)) {
      expect(shape).toEqual(target[name]);
      expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
    }
  });

  it('puts every value where its layout says', () => {
    const weight = imported['output_layer.2.weight']!;
    const theirs = source['output_layer.2.weight']!.data;
    for (let h = 0; h < 3; h++)
      for (let w = 0; w < 3; w++)
        for (let i = 0; i < 8; i++)
          for (let o = 0; o < 3; o++)
            expect(weight.data[((h * 3 + w) * 8 + i) * 3 + o]).toBe(theirs[((o * 8 + i) * 3 + h) * 3 + w]);
    const inputs = shared ? 2 : 8;
    const linear = imported['linear.weight']!.data;
    for (let z = 0; z < inputs; z++)
      for (let position = 0; position < 16; position++)
        for (let c = 0; c < 8; c++) {
          // PyTorch views [B, C x 16] as [B, C, 4, 4]; here [B, 16 x C] is seen as [B, 4, 4, C].
          const outputThere = c * 16 + position;
          const outputHere = position * 8 + c;
          expect(linear[z * 128 + outputHere]).toBe(outputThere * inputs + z);
          expect(imported['linear.bias']!.data[outputHere]).toBe(outputThere);
          expect(imported['linear.u0']!.data[outputHere]).toBe(outputThere);
        }
    const gain = imported['blocks.2.0.bn2.gain.weight']!.data;
    // [out, in] is turned round; [classes, out] is not.
    expect([...gain.slice(0, 3)]).toEqual(shared ? [0, 8, 16] : [0, 1, 2]);
  });

  it('is converted without a network to compare with', () => {
    expect(convertBigGanPyTorch(source)).toEqual(imported);
  });

  it('goes back by export to what it was', () => {
    const back = exportBigGanPyTorch(imported);
    expect(back).toEqual(source);
  });

  it('is guessed', () => {
    expect(guessBigGan(source)).toEqual({
      network: 'generator',
      component: 'biggan',
      resolution: 32,
      imageChannels: 3,
      classes: 5,
      options: {
        channels: 2,
        attention: [16],
        spectralNorm: true,
        singularValues: 1,
        latentSize: 8,
        hierarchical: shared,
        sharedEmbedding: shared,
        ...(shared && { sharedSize: 6 }),
      },
    });
  });
});

describe('a discriminator', () => {
  const source = discriminator32();

  it('goes there and back; its embedding is not turned round, its linear layer is', () => {
    const imported = importBigGanPyTorch(source, targetOf(source));
    expect(imported['embed.weight']!.data).toEqual(source['embed.weight']!.data);
    expect(imported['linear.weight']!.shape).toEqual([8, 1]);
    expect(exportBigGanPyTorch(imported)).toEqual(source);
  });

  it('is guessed', () => {
    expect(guessBigGan(source)).toMatchObject({
      network: 'discriminator',
      component: 'biggan',
      resolution: 32,
      classes: 5,
      options: { channels: 2, attention: [], wide: false, spectralNorm: false },
    });
  });
});

describe('variants of the format', () => {
  const source = generator32(true);
  const target = targetOf(source);

  it('reads DataParallel prefixes and the names of both other batch norms', () => {
    const renamed = Object.fromEntries(
      Object.entries(source).map(([name, tensor]) => [
        `module.${name.replace('bn1.stored_', 'bn1.bn.stored_').replace('bn2.stored_', 'bn2.bn.running_')}`,
        tensor,
      ]),
    );
    renamed['module.blocks.0.0.bn2.bn.num_batches_tracked'] = {
      dtype: 'I64',
      shape: [],
      data: BigInt64Array.of(3n),
    };
    expect(importBigGanPyTorch(renamed, target)).toEqual(importBigGanPyTorch(source, target));
    expect(guessBigGan(renamed)).toEqual(guessBigGan(source));
  });

  it('divides standing sums by their number of batches', () => {
    const summed: Record<string, HostTensor> = {
      ...source,
      'output_layer.0.accumulation_counter': { dtype: 'F32', shape: [1], data: Float32Array.of(4) },
    };
    expect([...importBigGanPyTorch(summed, target)['output_layer.0.mean']!.data]).toEqual([
      0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75,
    ]);
  });
});

describe('what does not fit', () => {
  const source = generator32(true);

  it('is listed whole, and nothing is imported', () => {
    const target = { ...targetOf(source), 'blocks.9.0.conv1.weight': [3, 3, 1, 1], 'shared.weight': [7, 6] };
    const incomplete: Record<string, HostTensor> = { ...source, 'old.weight': counted(2) };
    delete incomplete['linear.bias'];
    incomplete['linear.sv0'] = { dtype: 'I64', shape: [1], data: BigInt64Array.of(1n) };
    let message = '';
    try {
      importBigGanPyTorch(incomplete, target);
    } catch (error) {
      expect(error).toMatchObject({ code: 'WEIGHTS_MISMATCH' });
      message = (error as Error).message;
    }
    expect(message.split('\n')).toEqual([
      'BigGAN-PyTorch weights: expected the tensors of the network, got 2 missing, 1 unexpected, 2 of another shape',
      '  missing:',
      '    linear.bias (here linear.bias [128])',
      '    blocks.9.0.conv1.weight (here blocks.9.0.conv1.weight [3, 3, 1, 1])',
      '  unexpected:',
      '    old.weight [2]',
      '  of another shape:',
      '    shared.weight F32 [5, 6]: expected shared.weight [7, 6], got [5, 6]',
      '    linear.sv0 I64 [1]: expected linear.sv0 [1], got none that it can have',
    ]);
  });

  it('is told from something else', () => {
    expect(() => importBigGanPyTorch({ 'conv1.weight': counted(1) }, {})).toThrow(
      expect.objectContaining({ code: 'NOT_BIGGAN' }),
    );
    const { 'blocks.0.0.bn1.gain.weight': _, ...holed } = source;
    expect(() => guessBigGan(holed)).toThrow(/expected a tensor blocks\.0\.0\.bn1\.gain\.weight, got none/);
    expect(() => guessBigGan({ ...source, 'linear.weight': counted(160, 2) })).toThrow(
      /a first map of 8 channels for 8 at the end, got 10/,
    );
  });
});
