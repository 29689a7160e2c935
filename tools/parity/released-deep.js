import { join } from 'node:path';
import { checkpoints, core, runs, tf, toolkit } from './packages.js';

const output = /^out_truncation_(.*)$/;

/**
 * Runs a fixture of the released BigGAN-deep's layout: `out_truncation_T` = model(z * T, y, T) for each T that it has, by
 * the network and the statistics that `ganymede import` makes of the weights.
 */
export async function checkReleasedDeep(folder, { backend, fusedScale }, comparison) {
  const container = await toolkit.createContainer();
  await container.resolve('backend', { use: backend }).activate();
  const source = await toolkit.openWeights([folder]);
  const io = await checkpoints.readSafetensors(join(folder, 'io.safetensors'));
  const { resolution, generator: choice } = source.document;
  const generator = container.resolve('generator', { ...choice, fusedScale }).create({
    imageShape: { height: resolution, width: resolution, channels: 3 },
    classes: source.classes.count,
    random: core.RandomStream.create(0, 'generator'),
  });
  const variables = { ...core.weightsOf(generator), ...core.stateOf(generator) };
  const shapes = Object.fromEntries(Object.entries(variables).map(([name, { shape }]) => [name, shape]));
  const assign = (tensors) => {
    for (const [name, { shape, data }] of Object.entries(tensors))
      tf.tidy(() => variables[name].assign(tf.tensor(data, shape)));
  };
  assign(source.networks.generator.fit(shapes));
  const [tables] = Object.values(source.extraFiles);
  for (const [name, expected] of Object.entries(io)) {
    const truncation = Number(output.exec(name)?.[1] ?? NaN);
    if (Number.isNaN(truncation)) continue;
    assign(runs.truncationStatisticsAt(tables, truncation));
    const images = tf.tidy(() => {
      const z = tf.tensor(io.z.data, io.z.shape).mul(truncation);
      const y = tf.tensor(io.y.data, io.y.shape, 'int32');
      return tf.transpose(generator.generate(z, y, core.evaluationCall), [0, 3, 1, 2]).dataSync();
    });
    comparison.tensor(name, images, expected.data, 1e-4);
  }
}
