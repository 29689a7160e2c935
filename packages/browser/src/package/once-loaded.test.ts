import { onceLoaded, type Running } from './once-loaded.js';

/** A loader that loads when it is told to. */
function loader() {
  const opened: { readonly fail: () => void; readonly end: () => void }[] = [];
  let disposed = 0;
  const generator = onceLoaded<object>(
    () =>
      new Promise<Running>((resolve, reject) => {
        const backend = `engine ${opened.length}`;
        const never = (): Promise<never> => Promise.reject(new Error('not asked for'));
        const dispose = (): void => {
          disposed++;
        };
        opened.push({
          fail: () => reject(new Error('offline')),
          end: () => resolve({ backend, generate: never, latents: never, dispose }),
        });
      }),
  );
  return { generator, opened, disposed: () => disposed };
}

test('it is loaded once, and again after a failure', async () => {
  const { generator, opened } = loader();
  const both = Promise.allSettled([generator.load({}), generator.load()]);
  expect(opened).toHaveLength(1);
  await expect(generator.load({})).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  opened[0]!.fail();
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = generator.load({});
  opened[1]!.end();
  expect(await again).toBe('engine 1');
});

test('what was freed while it loaded, and fails, leaves the next one as it is', async () => {
  const { generator, opened, disposed } = loader();
  const first = generator.load();
  const freed = generator.dispose();
  const second = generator.load();
  opened[1]!.end();
  opened[0]!.fail();
  await expect(first).rejects.toThrow('offline');
  await freed;
  expect(await second).toBe('engine 1');
  expect(await generator.load()).toBe('engine 1');
  expect(opened).toHaveLength(2);
  await generator.dispose();
  expect(disposed()).toBe(1);
});
