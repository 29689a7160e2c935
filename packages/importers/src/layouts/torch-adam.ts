import { GanymedeError, recordOf } from '@ganymede/core';
import type { HostTensor, HostTensors } from '@ganymede/safetensors';
import type { TorchValue } from '@ganymede/torch-files';
import { parameterNames } from './state-dict.js';

/** The state of a `torch.optim.Adam`, its moments under the names of the parameters and in their layout. */
export interface TorchAdam {
  /** Updates done. */
  readonly updates: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** `exp_avg`: averages of the gradient; of all parameters or, before the first update, of none. */
  readonly m: HostTensors;
  /** `exp_avg_sq`: averages of the squared gradient. */
  readonly v: HostTensors;
}

/** Whether what a file of `torch.save` holds is the state of an optimizer. */
export function isTorchOptimizer(value: TorchValue): value is Map<TorchValue, TorchValue> {
  return value instanceof Map && value.has('state') && value.has('param_groups');
}

/**
 * Reads `optimizer.state_dict()` of an Adam over `module.parameters()`. The file numbers its parameters (PyTorch before
 * 1.5: names them by addresses); the order of the module's state dict gives them their names.
 *
 * @param value - as `readTorchValue` gives it
 * @param stateDict - of the module, in the order of its file
 * @param what - names the file in messages
 * @throws NOT_ADAM, WEIGHTS_MISMATCH listing every moment that does not fit its parameter
 */
export function readTorchAdam(value: TorchValue, stateDict: HostTensors, what: string): TorchAdam {
  if (!isTorchOptimizer(value)) throw notAdam(what, 'the state_dict of an optimizer', 'something else');
  const groups = value.get('param_groups');
  const state = value.get('state');
  if (!Array.isArray(groups) || !groups.every(isMap) || !isMap(state) || groups.length === 0)
    throw notAdam(what, 'a state and groups of parameters', 'something else');
  const first = groups[0]!;
  const keys = groups.flatMap((group) => (group.get('params') ?? []) as TorchValue[]);
  const names = parameterNames(stateDict);
  if (keys.length !== names.length)
    throw notAdam(what, `${names.length} parameters, as the network has`, String(keys.length));
  const betas = first.get('betas');
  if (!Array.isArray(betas)) throw notAdam(what, 'an Adam with betas', 'none');
  if (first.get('amsgrad') === true) throw notAdam(what, 'an Adam without amsgrad', 'one with it');

  const problems: string[] = [];
  const m = recordOf<HostTensor>();
  const v = recordOf<HostTensor>();
  const updates = new Set<number>();
  keys.forEach((key, i) => {
    const entry = state.get(key);
    if (entry === undefined) return;
    const name = names[i]!;
    if (!isMap(entry)) return void problems.push(`${name}: expected moments, got something else`);
    for (const [kind, target] of [
      ['exp_avg', m],
      ['exp_avg_sq', v],
    ] as const) {
      const tensor = entry.get(kind) as HostTensor | undefined;
      const shape = stateDict[name]!.shape;
      if (tensor?.dtype === 'F32' && tensor.shape.join() === shape.join()) target[name] = tensor;
      else problems.push(`${name}.${kind}: expected F32 [${shape.join(', ')}], got ${shown(tensor)}`);
    }
    updates.add(numberOf(entry.get('step') ?? null));
  });
  const done = [...updates];
  if (problems.length === 0 && done.length > 0 && Object.keys(v).length < names.length) {
    const absent = names.filter((name) => !Object.hasOwn(v, name));
    problems.push(...absent.map((name) => `${name}: expected moments, got none`));
  }
  if (problems.length > 0) {
    throw new GanymedeError(
      'WEIGHTS_MISMATCH',
      `${what}: expected moments of the network's parameters, got\n  ${problems.join('\n  ')}`,
      {
        kind: 'data',
        hint: 'Nothing was imported. Give the optimizer file that was saved with these weights.',
      },
    );
  }
  if (done.length > 1 || !Number.isSafeInteger(done[0] ?? 0))
    throw notAdam(what, 'one number of updates for all parameters', done.join(', '));
  return {
    updates: done[0] ?? 0,
    learningRate: numberOf(first.get('lr') ?? null),
    beta1: numberOf(betas[0] ?? null),
    beta2: numberOf(betas[1] ?? null),
    epsilon: numberOf(first.get('eps') ?? null),
    weightDecay: numberOf(first.get('weight_decay') ?? 0),
    m,
    v,
  };
}

function isMap(value: TorchValue | undefined): value is Map<TorchValue, TorchValue> {
  return value instanceof Map;
}

/** A number, also where PyTorch keeps it as a tensor of one value (`step` since 1.12). */
function numberOf(value: TorchValue): number {
  if (typeof value === 'number') return value;
  const tensor = value as HostTensor | null;
  return tensor !== null && typeof tensor === 'object' && 'data' in tensor ? Number(tensor.data[0]) : NaN;
}

function shown(tensor: HostTensor | undefined): string {
  return tensor?.shape ? `${tensor.dtype} [${tensor.shape.join(', ')}]` : 'none';
}

function notAdam(what: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('NOT_ADAM', `${what}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Give G_optim.pth or D_optim.pth that was saved with the weights, or leave it out: the moments then start at zero.',
  });
}
