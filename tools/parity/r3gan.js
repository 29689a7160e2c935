import { join } from 'node:path';
import { checkpoints, core, importers, tf, torchFiles, toolkit } from './packages.js';
import { StepFunction } from './step-function.js';

/** Whether a config was written by make-r3gan-fixture.py. */
export const isR3Gan = (config) => config.source === 'R3GAN';

/** Our options for a fixture's widths and groups. */
function optionsOf({ widths, cardinality, blocks, expansion, latent, embedding }) {
  const [channels] = widths;
  const full = widths.filter((width) => width === channels).length;
  const shared = {
    channels,
    fullWidthTo: 4 * 2 ** (full - 1),
    blocks,
    expansion,
    groupChannels: (expansion * channels) / cardinality[0],
  };
  return {
    generator: { use: 'r3gan', ...shared, latentSize: latent, embeddingSize: embedding || 1 },
    discriminator: { use: 'r3gan', ...shared },
  };
}

const hostTensors = (tensors) =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      { dtype: 'F32', shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) },
    ]),
  );

async function load(network, file) {
  const variables = core.weightsOf(network);
  const shapes = Object.fromEntries(Object.entries(variables).map(([name, { shape }]) => [name, shape]));
  const imported = importers.importR3Gan(await torchFiles.readTorchFile(file), shapes);
  for (const [name, { shape, data }] of Object.entries(imported))
    tf.tidy(() => variables[name].assign(tf.tensor(data, shape)));
}

const softplus = (x) => tf.mean(tf.softplus(x));

/** E ||grad_x D(x)||² */
const squaredGradient = (discriminator, images, labels) => {
  const gradient = tf.grad((x) => tf.sum(discriminator.discriminate(x, labels, core.trainingCall)))(images);
  return tf.mean(tf.sum(tf.square(gradient), [1, 2, 3]));
};

/**
 * Runs a fixture of R3GAN: images and logits, then the loss and every gradient of one D step (relativistic pairing with R1
 * and R2, through second derivatives) and one G step, in the order and with the arithmetic of its Trainer.py.
 */
export async function checkR3Gan(folder, config, { backend }, comparison) {
  const container = await toolkit.createContainer();
  const engine = container.resolve('backend', { use: backend });
  await engine.activate();
  const io = await checkpoints.readSafetensors(join(folder, 'io.safetensors'));
  const stored = await checkpoints.readSafetensors(join(folder, 'grads.safetensors'));
  const tensor = (name) =>
    tf.tensor(io[name].data, [...io[name].shape], io[name].dtype === 'I32' ? 'int32' : 'float32');
  const images = (name) => tf.tidy(() => tf.transpose(tensor(name), [0, 2, 3, 1]));
  const nchw = (x) => tf.tidy(() => tf.transpose(x, [0, 3, 1, 2]).dataSync());

  const [, , height, width] = io.x.shape;
  const spec = { imageShape: { height, width, channels: 3 }, classes: Math.max(config.classes, 1) };
  const options = optionsOf(config);
  const create = (slot) =>
    container.resolve(slot, options[slot]).create({ ...spec, random: core.RandomStream.create(0, slot) });
  const generator = create('generator');
  const discriminator = create('discriminator');
  await load(generator, join(folder, 'G.pth'));
  await load(discriminator, join(folder, 'D.pth'));

  const generate = (z, y) => generator.generate(z, y, core.trainingCall);
  const judge = (x, y) => discriminator.discriminate(x, y, core.trainingCall);
  const [z, x, y] = [tensor('z'), images('x'), tensor('y')];
  const fake = tf.tidy(() => generate(z, y));
  comparison.tensor('g', nchw(fake), io.g.data, 1e-4);
  const compare = (name, run) => comparison.tensor(name, tf.tidy(run).dataSync(), io[name].data, 1e-4);
  compare('d_fake', () => judge(fake, y));
  compare('d_real', () => judge(x, y));
  compare('r1', () => squaredGradient(discriminator, x, y));
  compare('r2', () => squaredGradient(discriminator, fake, y));

  /** Loss and gradients of a step of one network. */
  const step = async (name, network, inputs, lossOf) => {
    const weights = core.weightsOf(network);
    const loss = `loss_${name.toLowerCase()}`;
    const compute = (given) => {
      const { value, grads } = tf.variableGrads(() => lossOf(given), Object.values(weights));
      return {
        scalars: { [loss]: value },
        gradients: Object.fromEntries(Object.entries(weights).map(([key, { name }]) => [key, grads[name]])),
      };
    };
    const compiled = new StepFunction(engine, name, compute);
    const { gradients, others } = await compiled.run(inputs);
    comparison.tensor(loss, others[loss].dataSync(), io[loss].data, 1e-4);
    const named = importers.exportR3Gan(hostTensors(gradients));
    const expected = Object.fromEntries(
      Object.entries(stored)
        .filter(([key]) => key.startsWith(`${name}.`))
        .map(([key, { data }]) => [key.slice(2), data]),
    );
    const found = Object.fromEntries(Object.keys(expected).map((key) => [key, named[key]?.data]));
    comparison.gradients(name, found, expected);
    compiled.dispose();
    tf.dispose([gradients, others]);
  };
  await step('D', discriminator, { fake, x, y }, ({ fake, x, y }) => {
    const pairs = softplus(tf.sub(judge(fake, y), judge(x, y)));
    const penalties = tf.add(squaredGradient(discriminator, x, y), squaredGradient(discriminator, fake, y));
    return tf.add(pairs, tf.mul(penalties, config.gamma / 2));
  });
  const ofG = { z: tensor('z_g'), x: images('x_g'), y: tensor('y_g') };
  await step('G', generator, ofG, ({ z, x, y }) => softplus(tf.sub(judge(x, y), judge(generate(z, y), y))));
}
