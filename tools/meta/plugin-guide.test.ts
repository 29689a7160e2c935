import { fromComponent, lossContract } from '@ganymede/testing';
import { slotNames, type ComponentDefinition, type Plugin } from '@ganymede/core';
import { readText } from './repository.js';

const guide = readText('docs/plugins.md');

/** The guide's plugin, run as it stands there. */
function pluginOfGuide(): Plugin {
  const code = /```js\n([\s\S]*?)```/.exec(guide)![1]!;
  const module: { exports: { plugin?: Plugin } } = { exports: {} };
  // The code is the repository's own.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  (new Function('require', 'exports', code) as (load: NodeJS.Require, exports: object) => void)(
    require,
    module.exports,
  );
  return module.exports.plugin!;
}

const added: ComponentDefinition<'loss'>[] = [];
void pluginOfGuide().register({
  add: (component) => added.push(component as ComponentDefinition<'loss'>),
  replace: () => undefined,
  replacePart: () => undefined,
  wrapPart: () => undefined,
  addPreset: () => undefined,
});

test('the plugin of the guide registers its component', () => {
  expect(added.map(({ slot, id }) => `${slot}/${id}`)).toEqual(['loss/soft-margin']);
});

// The suite that the guide recommends, on the component that it shows.
lossContract(fromComponent(added[0]!));

test('the guide tells of every slot', () => {
  const rows = [...guide.matchAll(/^\| `(\w+)` /gm)].map(([, slot]) => slot);
  expect(rows.sort()).toEqual([...slotNames].sort());
});
