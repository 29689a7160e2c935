import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpoints, core, extractors, metrics, tf, toolkit, torchFiles } from './packages.js';
import { ruleWeights } from './rule-weights.js';

/** Of numbers in float64, and of a network in float32. */
const numberTolerance = 1e-6;
const tensorTolerance = 1e-3;

export function holdsMetrics(folder) {
  return ['expected.json', 'inception.safetensors'].some((name) => existsSync(join(folder, name)));
}

/** Numbers of the references over given features, and Inception's outputs for given images. */
export async function checkMetrics(folder, { backend }, comparison) {
  if (existsSync(join(folder, 'expected.json'))) await checkNumbers(folder, comparison);
  if (existsSync(join(folder, 'inception.safetensors'))) await checkInception(folder, backend, comparison);
}

async function checkNumbers(folder, comparison) {
  const tensors = await checkpoints.readSafetensors(join(folder, 'features.safetensors'));
  const expected = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8'));
  const matrix = (name) => {
    const { shape, data } = tensors[name];
    return { values: data, count: shape[0], size: shape[1] };
  };
  const number = (name, ours, theirs) => {
    if (theirs === undefined) return;
    comparison.line(name, Math.abs(ours - theirs), Math.abs(theirs), numberTolerance * Math.abs(theirs));
  };
  const [a, b] = [matrix('features_a'), matrix('features_b')];
  const moments = [await metrics.momentsOf(a, 'float64'), await metrics.momentsOf(b, 'float64')];
  number('fid', metrics.frechetDistance(...moments).distance, expected.fid);
  number(
    'kid, whole sets',
    await metrics.kernelDistance(a, b, { ...metrics.cubicKernel, products: 'float64' }),
    expected.kid_unbiased_full_set_poly3,
  );
  const score = expected.inception_score_10_splits;
  if (score) {
    const ours = metrics.inceptionScore(matrix('logits'), score.splits.length);
    number('inception score, mean', ours.mean, score.mean);
    number('inception score, std', ours.std, score.std);
  }
  for (const [key, theirs] of Object.entries(expected)) {
    const k = /^prdc_k(\d+)_real_a_fake_b$/.exec(key)?.[1];
    if (k === undefined) continue;
    const options = { neighbours: Number(k), products: 'float64' };
    const ours = {
      ...(await metrics.precisionRecall(a, b, options)),
      ...(await metrics.densityCoverage(a, b, options)),
    };
    for (const [name, value] of Object.entries(ours)) number(`${name}, k = ${k}`, value, theirs[name]);
  }
}

async function checkInception(folder, backendName, comparison) {
  const expected = await checkpoints.readSafetensors(join(folder, 'inception.safetensors'));
  const { keys } = JSON.parse(await readFile(join(folder, 'inception_keys.json'), 'utf8'));
  const container = await toolkit.createContainer();
  const backend = container.resolve('backend', { use: backendName });
  await backend.activate();
  const temporary = await mkdtemp(join(tmpdir(), 'ganymede-parity-'));
  try {
    const path = join(temporary, 'rule.pth');
    await torchFiles.writeTorchFile(path, ruleWeights(keys));
    const choice = { use: 'inception-v3', weights: path, logits: 'biased' };
    const extractor = container.resolve('featureExtractor', choice);
    await extractor.load();
    // The blocks in between come from the network itself: an extractor gives its ends only.
    const file = { path, sha256: '', tensors: await torchFiles.readTorchFile(path), metadata: {} };
    const network = new extractors.InceptionNetwork(file, 'fid');
    for (const name of Object.keys(expected).filter((one) => /^images\d+$/.test(one))) {
      await checkImages(name.slice('images'.length), expected, { backend, extractor, network }, comparison);
    }
    network.dispose();
    extractor.dispose();
  } finally {
    backend.dispose();
    await rm(temporary, { recursive: true });
  }
}

async function checkImages(size, expected, { backend, extractor, network }, comparison) {
  const { shape, data } = expected[`images${size}`];
  const images = tf.tidy(() => tf.tensor4d(Float32Array.from(data), shape).div(127.5).sub(1));
  for (const precision of ['float32', 'bfloat16']) {
    const step = backend.compile(
      ({ images: batch }) => {
        const { features, logits } = extractor.extract(batch);
        const [first, second] = network.call(extractor.prepare(batch)).inner;
        return { features, logits, block0: tf.mean(first, [1, 2]), block2: tf.mean(second, [1, 2]) };
      },
      { name: `inception-${size}`, precision },
    );
    const outputs = await run(step, { images }, precision);
    if (outputs) {
      const names = { block0: 'block0_mean', block2: 'block2_mean', features: 'pool3', logits: 'logits' };
      for (const [output, name] of Object.entries(names)) {
        const ours = await outputs[output].data();
        const theirs = expected[`${name}_${size}`].data;
        if (precision === 'float32') comparison.tensor(`${name}, ${size} px`, ours, theirs, tensorTolerance);
        else
          comparison.print(
            `     bfloat16 ${name}, ${size} px: largest |d| ${relative(ours, theirs).toExponential(2)} of the largest`,
          );
      }
      tf.dispose(outputs);
    }
    step.dispose();
  }
  images.dispose();
}

/** Null where the backend has no such precision. */
async function run(step, inputs, precision) {
  try {
    return await step.run(inputs);
  } catch (error) {
    if (precision === 'float32' || !core.isGanymedeError(error)) throw error;
    return null;
  }
}

function relative(ours, theirs) {
  let scale = 0;
  let worst = 0;
  for (let i = 0; i < theirs.length; i++) {
    scale = Math.max(scale, Math.abs(theirs[i]));
    worst = Math.max(worst, Math.abs(ours[i] - theirs[i]));
  }
  return worst / scale;
}
