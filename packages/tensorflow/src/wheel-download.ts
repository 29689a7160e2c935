import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TensorFlowError } from './errors.js';
import type { WheelPin } from './wheel-pins.js';

/** pip downloads into its temporary folder and copies the wheel here: the largest file is how far it is. */
function largestFileBytes(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
      (largest, entry) =>
        entry.isFile() ? Math.max(largest, statSync(join(entry.parentPath, entry.name)).size) : largest,
      0,
    );
  } catch {
    return 0; // a file that pip moved away between listing and looking
  }
}

interface PipResult {
  readonly code: number | null;
  readonly output: string;
}

function runPip(
  python: string,
  parameters: readonly string[],
  temporary: string,
  signal?: AbortSignal,
): Promise<PipResult | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-m', 'pip', ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: temporary },
      ...(signal ? { signal } : {}),
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve(undefined) : reject(error),
    );
    child.on('close', (code) => resolve({ code, output }));
  });
}

const noNetwork =
  /NewConnectionError|NameResolutionError|name resolution|Network is unreachable|ConnectTimeout|ConnectionError|Max retries exceeded|ProxyError/i;

function pipFailure(wheel: WheelPin, python: string, { output }: PipResult): TensorFlowError {
  const what = `${wheel.distribution} ${wheel.version}`;
  if (/No module named '?pip/.test(output)) {
    return new TensorFlowError(
      'PIP_NOT_FOUND',
      `download of ${what}: expected ${python} with pip, got one without`,
      {
        kind: 'missing',
        hint: `Install pip for ${python} (python3-pip, or ${python} -m ensurepip), or use the WebAssembly backend.`,
      },
    );
  }
  if (noNetwork.test(output)) {
    return new TensorFlowError(
      'NO_NETWORK',
      `download of ${what}: expected a package index within reach, got no connection`,
      {
        kind: 'failed',
        hint: 'Check the network or the proxy and type the command again.',
      },
    );
  }
  const last =
    output
      .trim()
      .split('\n')
      .filter((line) => /error/i.test(line))
      .at(-1) ??
    output.trim().split('\n').at(-1) ??
    '';
  return new TensorFlowError('DOWNLOAD_FAILED', `download of ${what}: pip failed: ${last.trim()}`, {
    kind: 'failed',
    hint: 'The package index that pip is set to use must carry this wheel.',
  });
}

/**
 * Downloads a wheel with pip, whatever Python runs it, so that the user's index, proxy and certificates hold.
 * @param folder - empty; gets the wheel
 * @param onBytes - bytes so far, about twice a second
 * @returns the path of the wheel
 * @throws PYTHON_NOT_FOUND, PIP_NOT_FOUND, NO_NETWORK, DOWNLOAD_FAILED
 */
export async function downloadWheel(
  wheel: WheelPin,
  folder: string,
  {
    onBytes,
    pythons = ['python3', 'python'],
    signal,
  }: { onBytes?: (bytes: number) => void; pythons?: readonly string[]; signal?: AbortSignal } = {},
): Promise<string> {
  const temporary = join(folder, 'pip');
  await mkdir(temporary, { recursive: true });
  const parameters = [
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--python-version',
    '3.12',
    '--no-cache-dir',
    '--retries',
    '2',
    '--progress-bar',
    'off',
    '--dest',
    folder,
    ...wheel.platforms.flatMap((platform) => ['--platform', platform]),
    `${wheel.distribution}==${wheel.version}`,
  ];
  const timer = setInterval(() => onBytes?.(largestFileBytes(folder)), 500);
  try {
    let lacksPip: TensorFlowError | undefined;
    for (const python of pythons) {
      const result = await runPip(python, parameters, temporary, signal);
      if (!result) continue;
      if (result.code === 0) {
        const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
        if (file) return join(folder, file);
      }
      const failure = pipFailure(wheel, python, result);
      if (failure.code !== 'PIP_NOT_FOUND') throw failure;
      lacksPip = failure;
    }
    throw (
      lacksPip ??
      new TensorFlowError(
        'PYTHON_NOT_FOUND',
        `download of ${wheel.distribution} ${wheel.version}: expected ${pythons.join(' or ')} with pip, got neither`,
        {
          kind: 'missing',
          hint: 'Install Python 3 with pip (it is needed for this download only), or use the WebAssembly backend.',
        },
      )
    );
  } finally {
    clearInterval(timer);
  }
}
