import type { ComponentDefinition } from '@ganymede/core';
import { z } from 'zod';

/**
 * What every component definition owes its readers: a sentence, sources in a recognised form, described options,
 * and a JSON schema for editors.
 */
export function componentContract(definition: ComponentDefinition): void {
  describe(`${definition.slot} ${definition.id}: the definition`, () => {
    test('its summary is one sentence', () => {
      expect(definition.summary).toMatch(/^[A-Z0-9].*\.$/s);
      expect(definition.summary).not.toContain('\n');
    });

    test('its sources can be looked up', () => {
      for (const source of definition.cites ?? []) {
        expect(source).toMatch(/^(arXiv:\d{4}\.\d{4,5}|doi:10\.\S+|https:\/\/\S+|github:[\w.-]+\/[\w.-]+)$/);
      }
    });

    test('every option is described', () => {
      const undescribed = Object.entries(definition.options.shape)
        .filter(([, option]) => !(option as z.ZodType).description)
        .map(([name]) => name);
      expect(undescribed).toEqual([]);
    });

    test('unknown options are refused', () => {
      const result = definition.options.safeParse({ 'no-such-option': 1 });
      expect(result.error?.issues.map((issue) => issue.code)).toContain('unrecognized_keys');
    });

    test('its options have a JSON schema', () => {
      expect(z.toJSONSchema(definition.options, { io: 'input' })).toMatchObject({ type: 'object' });
    });
  });
}
