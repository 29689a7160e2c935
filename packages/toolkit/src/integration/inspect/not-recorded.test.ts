import { parse } from 'yaml';
import { parseAssignment } from '@ganymede/config';
import { missingOf, notRecorded, seriesOf } from '@ganymede/analysis';
import { resolveConfig } from '../../operations.js';

const nonFinite = { use: 'non-finite', action: 'stop', retries: 3 };

test('what it says to write is what a new run takes, as a file and as a flag', async () => {
  const { config: unwatched } = await resolveConfig({
    preset: 'quickstart',
    document: { stabilizers: [{ use: 'clamp', ratio: 3 }] },
  });
  const { spectra } = notRecorded(unwatched, 100);
  expect(spectra.reason).toBe(
    "Not on in this run's config: spectrum, probe, collapse-guard. A new run has them with:",
  );
  const wanted = [{ use: 'clamp', ratio: 3 }, 'spectrum', 'probe', 'collapse-guard'];
  expect(parse(spectra.config!)).toEqual({ stabilizers: wanted });
  const [, quoted] = /^--set '(.*)'$/.exec(spectra.flag!)!;
  expect(parseAssignment(quoted!).value).toEqual(wanted);
  const { config } = await resolveConfig({
    preset: 'quickstart',
    document: parse(spectra.config!) as Record<string, unknown>,
  });
  expect(config.stabilizers.map(({ use }) => use)).toEqual(['clamp', 'spectrum', 'probe', 'collapse-guard']);
  expect(config.stabilizers[0]).toEqual(unwatched.stabilizers[0]);
});

test('a run of the quickstart has all that its page shows', async () => {
  const { config } = await resolveConfig({ preset: 'quickstart' });
  const found = notRecorded(config, config.steps);
  expect(found.spectra.flag).toBeNull();
  expect(found.outputs.flag).toBeNull();
});

test('a young run is told when the first look comes', () => {
  const config = { stabilizers: [nonFinite, { use: 'probe', interval: 40 }], log: { every: 25 } };
  expect(notRecorded(config, 20).outputs).toEqual({
    reason: "The stabilizer probe looks every 40 steps; the run's last event is of step 20.",
    config: null,
    flag: null,
  });
  expect(notRecorded(config, null).steps.reason).toBe(
    "Losses and norms are written every 25 steps; the run's last event is of step 0.",
  );
  expect(notRecorded(config, 80).variety.reason).toMatch(/^No class of the data has as many images as/);
});

test('a config of another version switches nothing on', () => {
  for (const config of [null, {}, { stabilizers: 'all' }, [1]])
    expect(notRecorded(config, 5).spectra.config).toBe('stabilizers: [ spectrum, probe, collapse-guard ]');
});

test('each thing that is missing is said once', () => {
  const all = notRecorded({ stabilizers: [] }, 100);
  const missing = missingOf(seriesOf([{ step: 1, 'G.loss': 1 }]), all);
  expect(missing).toEqual([all.spectra]);
  const watched = seriesOf([
    { step: 1, 'G.loss': 1, spectrum: { generator: { a: [1, 1, 1] } }, probe: { logitReal: 1, spread: 1 } },
  ]);
  expect(missingOf(watched, all)).toEqual([]);
});
