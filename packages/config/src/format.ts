import { Document, isMap, isScalar, isSeq, type Node } from 'yaml';
import { describeOrigin, originOf } from './origin.js';
import type { LoadedConfig } from './resolve.js';

/**
 * A config as a YAML file that gives the same config again, each value with where it came from in a comment.
 * Values that are defaults have none.
 */
export function formatConfig({ config, origins }: Pick<LoadedConfig, 'config' | 'origins'>): string {
  const document = new Document(structuredClone(config));
  // The preset's values are all there; with its name they would be laid over it once more, to the same effect.
  comment(document.contents, '');
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });

  function comment(node: unknown, path: string): void {
    if (isMap(node)) {
      for (const pair of node.items) {
        const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
        comment(pair.value, path === '' ? key : `${path}.${key}`);
      }
    } else if (isSeq(node) && node.items.some((item) => isMap(item))) {
      node.items.forEach((item, i) => comment(item, `${path}.${i}`));
    } else {
      const origin = originOf(origins, path);
      if (isSeq(node)) node.flow = true;
      if (origin.kind !== 'default') (node as Node).comment = ` ${describeOrigin(origin)}`;
    }
  }
}
