import { createContainer } from '../../container.js';
import { describeComponents } from '@ganymede/config';

test('options say their type, default and meaning', async () => {
  const container = await createContainer();
  const [normal] = describeComponents(container, 'prior').filter(({ id }) => id === 'normal');
  expect(normal).toMatchObject({ slot: 'prior', plugin: '@ganymede/samplers', options: [] });
  const [biggan] = describeComponents(container, 'generator');
  const option = (name: string) => biggan!.options.find((one) => one.name === name);
  expect(option('channels')).toMatchObject({ type: 'integer', required: false, default: 96 });
  expect(option('attention')).toMatchObject({ type: 'list of integer', default: [64] });
  expect(option('initialization')).toMatchObject({
    type: expect.stringMatching(/^one of orthogonal, normal, /),
  });
  const [auto] = describeComponents(container, 'dataset').filter(({ id }) => id === 'auto');
  expect(auto!.options.find(({ name }) => name === 'path')).toMatchObject({ type: 'string', required: true });
});

test('an unknown slot names the nearest', async () => {
  const container = await createContainer();
  expect(() => describeComponents(container, 'regularizers')).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_SLOT', hint: 'Did you mean regularizer?' }),
  );
});
