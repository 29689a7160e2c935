/** A test of a contract that did not pass. */
export interface ContractFailure {
  readonly name: string;
  readonly error: unknown;
}

type Body = (...args: unknown[]) => unknown;

/**
 * Runs a contract suite outside of jest's own collection and returns the tests that fail: how a contract is tested.
 * jest's globals are replaced while the suite is declared and put back before its tests run.
 */
export async function failuresOf(contract: () => void): Promise<readonly ContractFailure[]> {
  const world = globalThis as unknown as Record<string, unknown>;
  const names = ['describe', 'test', 'beforeAll', 'afterAll', 'beforeEach', 'afterEach'];
  const originals = names.map((name) => world[name]);
  const hooks: Record<string, Body[]> = { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] };
  const tests: { name: string; body: Body }[] = [];
  const add = (name: string, body: Body): void => void tests.push({ name, body });
  const each =
    (rows: readonly unknown[]) =>
    (name: string, body: Body): void => {
      for (const row of rows) {
        const values = Array.isArray(row) ? (row as unknown[]) : [row];
        add(`${name} (${values.join(', ')})`, () => body(...values));
      }
    };
  world['describe'] = (_: string, body: () => void): void => body();
  world['test'] = Object.assign(add, { each });
  for (const [kind, bodies] of Object.entries(hooks)) world[kind] = (body: Body) => void bodies.push(body);
  try {
    contract();
  } finally {
    names.forEach((name, i) => (world[name] = originals[i]));
  }

  const failures: ContractFailure[] = [];
  const attempt = async (name: string, bodies: readonly Body[]): Promise<void> => {
    try {
      for (const body of bodies) await body();
    } catch (error) {
      failures.push({ name, error });
    }
  };
  await attempt('beforeAll', hooks['beforeAll']!);
  for (const { name, body } of tests) {
    await attempt(name, [...hooks['beforeEach']!, body]);
    await attempt(`after ${name}`, hooks['afterEach']!);
  }
  await attempt('afterAll', hooks['afterAll']!);
  return failures;
}
