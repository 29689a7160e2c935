import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { resolve } from 'node:path';
import type { Components } from '@ganymede/core';
import { diagnoseAccelerators, machine } from './accelerators.js';
import { seeDoctor, type BackendReport } from './backend-report.js';
import { inspectBackends } from './backends.js';
import type { Finding } from './finding.js';

export interface DoctorOptions {
  /** Where runs will lie; its disk is looked at. */
  readonly folder?: string;
}

/** The versions of Node that the packages are made for, as in their package.json. */
const oldestNode = [20, 20, 0] as const;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/**
 * Looks at what training needs on this machine: Node, the backends (each is started), processor, memory, disk.
 * Changes nothing.
 */
export async function diagnose(
  container: Components,
  { folder = '.' }: DoctorOptions = {},
): Promise<readonly Finding[]> {
  const sources = machine();
  return [
    node(process.versions.node),
    ...(await inspectBackends(container, sources)).map(backend),
    ...(container.list('backend').some(({ definition }) => definition.id === 'pjrt')
      ? await diagnoseAccelerators(sources)
      : []),
    processor(availableParallelism(), cpus()[0]?.model.trim() ?? 'unknown'),
    memory(freemem(), totalmem()),
    await disk(resolve(folder)),
  ];
}

function node(version: string): Finding {
  const parts = version.split('.').map(Number);
  const differing = oldestNode.findIndex((least, i) => parts[i] !== least);
  const isOld = differing >= 0 && parts[differing]! < oldestNode[differing]!;
  return {
    name: 'Node.js',
    status: isOld ? 'missing' : 'ok',
    found: version,
    fix: isOld ? `Install Node.js ${oldestNode.join('.')} or later.` : null,
  };
}

function backend({ id, description, error }: BackendReport): Finding {
  const name = `backend ${id}`;
  if (description) {
    const { library, device, details } = description;
    const place = details?.['libraryPath'];
    const found = `${library} on ${device}${place === undefined ? '' : ` (${String(place)})`}`;
    return { name, status: 'ok', found, fix: null };
  }
  const { code, message, hint } = error!;
  // Without TensorFlow there is still WebAssembly; without that there may be nothing.
  const status = id === 'wasm' ? 'missing' : id === 'tensorflow' ? 'warning' : 'optional';
  const found =
    code === 'LIBRARY_NOT_FOUND' ? 'not installed' : status === 'optional' ? 'not available' : message;
  // What the accelerators say stands below.
  return { name, status, found, fix: hint === seeDoctor ? null : hint };
}

function processor(threads: number, model: string): Finding {
  return { name: 'processor', status: 'ok', found: `${threads} threads, ${model}`, fix: null };
}

function memory(free: number, total: number): Finding {
  const isLittle = total < 3e9;
  return {
    name: 'memory',
    status: isLittle ? 'warning' : 'ok',
    found: `${gigabytes(total)}, ${gigabytes(free)} free`,
    fix: isLittle ? 'Train at 32 pixels with a small batch size, or on a larger machine.' : null,
  };
}

async function disk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const isLittle = free < 2e9;
  return {
    name: 'disk',
    status: isLittle ? 'warning' : 'ok',
    found: `${gigabytes(free)} free in ${folder}`,
    fix: isLittle ? 'Make room: a run keeps several checkpoints, and TensorFlow takes 0.9 GB.' : null,
  };
}
