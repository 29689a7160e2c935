import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { addition, long } from '../testing/modules.js';
import { plugins } from '../testing/plugins.js';

/** Processes of their own: how a program starts and ends shows only there. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pjrt-process-'));
  buildSync({
    entryPoints: [join(__dirname, 'index.ts')],
    outfile: join(folder, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['koffi'],
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(file: string, program: string) {
  const setUp = `
    const { Plugin } = require(${JSON.stringify(join(folder, 'index.js'))});
    const text = ${JSON.stringify(addition(2))};
    (async () => {
      const client = await Plugin.load(${JSON.stringify(file)}).createClient();
      const x = client.upload(Float32Array.of(1, 2), [2]);
      const executable = await client.compile(text);
      ${program}
    })();`;
  const modules = dirname(dirname(require.resolve('koffi')));
  return spawnSync(process.execPath, ['-e', setUp], {
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0', NODE_PATH: modules, LD_LIBRARY_PATH: '' },
    timeout: 60_000,
  });
}

/** Compiles a module that takes seconds; `act` gets the process at each thing that it prints. */
function compiling(
  file: string,
  before: string,
  act: (child: ChildProcess, stdout: string) => void,
): Promise<{ readonly signal: string | null; readonly stdout: string }> {
  const program = `
    const { Plugin } = require(${JSON.stringify(join(folder, 'index.js'))});
    const text = require('node:fs').readFileSync(${JSON.stringify(join(folder, 'long.mlir'))}, 'utf8');
    ${before}
    (async () => {
      const client = await Plugin.load(${JSON.stringify(file)}).createClient();
      const compiled = client.compile(text);
      console.log('compiling');
      await compiled;
      console.log('compiled');
    })();`;
  writeFileSync(join(folder, 'long.mlir'), long(4000));
  const modules = dirname(dirname(require.resolve('koffi')));
  const child = spawn(process.execPath, ['-e', program], { env: { ...process.env, NODE_PATH: modules } });
  return new Promise((resolve, reject) => {
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      act(child, stdout);
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => resolve({ signal, stdout }));
  });
}

describe.each(plugins)('%s', (_name, load) => {
  const file = (): string => load().file;

  test('a program says what it prints, nothing else, and ends well', () => {
    const { status, signal, stdout, stderr } = run(
      file(),
      'const [y] = await executable.run([x, x]); console.log(...y.readSync()); await client.close();',
    );
    expect({ status, signal, stdout, stderr }).toEqual({
      status: 0,
      signal: null,
      stdout: '2 4\n',
      stderr: '',
    });
  });

  test.each([
    ['without closing', 'executable.start([x, x]);', 0],
    ['by process.exit', 'executable.start([x, x]); process.exit(3);', 3],
    ['by process.exit during a run', 'executable.run([x, x]); setImmediate(() => process.exit(4));', 4],
    ['by an error', "throw new Error('mine');", 1],
  ])('it ends with its own code %s', (_what, program, code) => {
    const { status, signal } = run(file(), program);
    expect({ status, signal }).toEqual({ status: code, signal: null });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it while XLA compiles', async (name) => {
    const ended = await compiling(file(), '', (child) => child.kill(name));
    expect(ended).toEqual({ signal: name, stdout: 'compiling\n' });
  });

  test('a program that listens hears the signal while XLA compiles, and can end itself', async () => {
    const listen = `process.on('SIGINT', () => {
      console.log('heard');
      process.kill(process.pid, 'SIGKILL');
    });`;
    const ended = await compiling(file(), listen, (child, stdout) => {
      if (!stdout.includes('heard')) child.kill('SIGINT');
    });
    expect(ended).toEqual({ signal: 'SIGKILL', stdout: 'compiling\nheard\n' });
  });
});
