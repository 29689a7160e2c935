import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import koffi from 'koffi';
import { TensorFlowError } from './errors.js';

/** dlfcn.h of glibc. */
const RTLD_NOW = 0x2;
const RTLD_GLOBAL = 0x100;
const RTLD_NODELETE = 0x1000;

/**
 * TensorFlow runs inside koffi's calls, on stacks of koffi's own. Its default for calls on a worker thread, 128 KiB,
 * is less than grappler's passes may need for a deep graph, and the overflow would be a crash.
 */
const stackBytes = 16 * 1024 * 1024;

type CLibrary = ReturnType<typeof openCLibrary>;

function openCLibrary() {
  const libc = koffi.load('libc.so.6');
  // glibc has had dlopen in libc.so.6 since 2.34, before that in libdl.so.2.
  const dl = ['libc.so.6', 'libdl.so.2'].find((name) => {
    try {
      koffi.load(name).func('dlopen', 'void*', ['str', 'int']);
      return true;
    } catch {
      return false;
    }
  });
  if (dl === undefined) {
    throw new TensorFlowError(
      'LIBRARY_NOT_LOADED',
      'TensorFlow library: expected a C library with dlopen, got none',
      {
        kind: 'failed',
        hint: 'The TensorFlow backend runs on Linux with glibc.',
      },
    );
  }
  const library = koffi.load(dl);
  return {
    dlopen: library.func('dlopen', 'void*', ['str', 'int']) as (file: string, flags: number) => bigint | null,
    dlerror: library.func('dlerror', 'str', []) as () => string | null,
    dup: libc.func('dup', 'int', ['int']) as (fd: number) => number,
    dup2: libc.func('dup2', 'int', ['int', 'int']) as (from: number, to: number) => number,
    memfdCreate: libc.func('memfd_create', 'int', ['str', 'uint']) as (name: string, flags: number) => number,
  };
}

/**
 * Opens the libraries in order and for good. koffi closes what it opened when the process ends, while TensorFlow's
 * threads still run in it: a segmentation fault after the last line of a program that was fine. With RTLD_NODELETE
 * the code stays mapped.
 * @throws LIBRARY_NOT_LOADED with the loader's message
 */
export function openLibraries(files: readonly string[]): ReturnType<typeof koffi.load>[] {
  enlargeStacks();
  const c = openCLibrary();
  for (const file of files) {
    const handle = withoutGreetings(c, () => c.dlopen(file, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE));
    if (handle === null) {
      throw new TensorFlowError(
        'LIBRARY_NOT_LOADED',
        `TensorFlow library: ${file} did not load: ${c.dlerror() ?? 'no reason given'}`,
        {
          kind: 'failed',
          hint: 'The library needs glibc and libstdc++ of a recent Linux, and the processor of its wheel.',
        },
      );
    }
    if (file === files[0]) setLogLevel(file, koffi.load(file, { global: true }));
  }
  return files.map((file) => koffi.load(file, { global: true }));
}

/**
 * Opens each library that can be, in whatever order they need one another: rounds go on while another one loads. One
 * that does not load (for lack of a driver, say) is left out.
 */
export function openWhatLoads(files: readonly string[]): void {
  enlargeStacks();
  const c = openCLibrary();
  let left = files;
  for (let before = Infinity; left.length > 0 && left.length < before;) {
    before = left.length;
    left = left.filter((file) => c.dlopen(file, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE) === null);
  }
}

function enlargeStacks(): void {
  const { sync_stack_size: sync = 0, async_stack_size: async = 0 } = koffi.config();
  if (sync >= stackBytes && async >= stackBytes) return;
  try {
    koffi.config({ sync_stack_size: stackBytes, async_stack_size: stackBytes });
  } catch (cause) {
    throw new TensorFlowError(
      'STACK_TOO_SMALL',
      `koffi: expected stacks of ${stackBytes} bytes, got ${async}, which only the first user of koffi can change`,
      {
        kind: 'failed',
        hint: 'Register TensorFlow before anything else in this process loads a library with koffi.',
        cause,
      },
    );
  }
}

/**
 * TensorFlow logs notes about its CPU build while it loads, before any of its switches for the log works (2.21
 * ignores TF_CPP_MIN_LOG_LEVEL then). What `act` writes to standard error is held back and passed on without them.
 */
function withoutGreetings<T>(c: CLibrary, act: () => T): T {
  if (process.env.TF_CPP_MIN_LOG_LEVEL === '0') return act();
  const held = c.memfdCreate('tensorflow-stderr', 0);
  const stderr = held < 0 ? -1 : c.dup(2);
  if (stderr < 0) return act();
  c.dup2(held, 2);
  try {
    return act();
  } finally {
    c.dup2(stderr, 2);
    closeSync(stderr);
    const lines = readFileSync(`/proc/self/fd/${held}`, 'utf8').split('\n');
    closeSync(held);
    const rest = lines.filter((line) => line !== '' && !isGreeting(line));
    if (rest.length > 0) process.stderr.write(`${rest.join('\n')}\n`);
  }
}

const isGreeting = (line: string): boolean =>
  /^I\d{4} |^WARNING: All log messages before absl::InitializeLog|^To enable the following instructions/.test(
    line,
  );

/**
 * TensorFlow logs through abseil, which heeds no environment variable: TF_CPP_MIN_LOG_LEVEL is heeded here instead
 * (0 all, 1 warnings, 2 errors; 2 if not set). abseil's function has its release in its mangled name, so the name is
 * looked up in the symbol table of the library; in one that has none, TensorFlow itself reads the variable.
 */
function setLogLevel(file: string, library: ReturnType<typeof koffi.load>): void {
  const level = Number(process.env.TF_CPP_MIN_LOG_LEVEL ?? '2');
  const symbol = findSymbol(file, 'SetMinLogLevelENS0_18LogSeverityAtLeastE');
  if (symbol?.startsWith('_ZN4absl')) library.func(symbol, 'void', ['int'])(level);
}

/** The first symbol that ends so, among the names at the start of an ELF file. */
function findSymbol(file: string, ending: string): string | undefined {
  const head = Buffer.alloc(32 * 1024 * 1024);
  const descriptor = openSync(file, 'r');
  const length = readSync(descriptor, head, 0, head.length, 0);
  closeSync(descriptor);
  const end = head.subarray(0, length).indexOf(`${ending}\0`, 0, 'latin1');
  if (end < 0) return undefined;
  return head.toString('latin1', head.lastIndexOf(0, end) + 1, end + ending.length);
}
