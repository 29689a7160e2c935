import { definePlugin, pluginApiVersion, type Plugin } from './plugin.js';

describe('definePlugin', () => {
  test('returns the plugin, frozen', () => {
    const plugin = { apiVersion: pluginApiVersion, name: 'ganymede-plugin-x', register: () => undefined };
    expect(definePlugin(plugin)).toBe(plugin);
    expect(Object.isFrozen(plugin)).toBe(true);
  });

  test.each([
    [{ name: '' }, 'definePlugin: expected a name, got ""'],
    [{ name: undefined }, 'definePlugin: expected a name, got undefined'],
    [{ register: undefined }, 'plugin x: expected a register function, got undefined'],
  ])('refuses %p', (change, message) => {
    const plugin = { apiVersion: 1, name: 'x', register: () => undefined, ...change } as unknown as Plugin;
    expect(() => definePlugin(plugin)).toThrow(expect.objectContaining({ code: 'BAD_PLUGIN', message }));
  });
});
