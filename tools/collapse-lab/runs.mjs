/** The runs of the lab in a folder, their events and how varied their samples were. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { shapeNames, tilesOfSheet } from './factor-diversity.mjs';
import { base, recipes } from './recipes.mjs';

/** @typedef {import('./recipes.mjs').Recipe} Recipe */
/** @typedef {import('./factor-diversity.mjs').FactorDiversity} FactorDiversity */

/** Folders that are named recipe-seed and hold a run. @param {string} folder */
export function runsIn(folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const [, recipe = '', seed] = /^(.*)-(\d+)$/.exec(name) ?? [];
      const known = recipe === 'base' ? base : recipes[recipe];
      const run = join(folder, name);
      if (!known || !existsSync(join(run, 'events.jsonl'))) return [];
      return [{ run, recipe, seed: Number(seed), known }];
    });
}

/** Of the variety of real images: samples that had this much are worth losing. */
const worthLosing = 0.25;
/** Of the best so far: below it, until the end, they are lost. */
const lostShare = 0.5;

/**
 * The first step from which the variety stays low; null if it does not, 0 if there never was any.
 * @param {readonly { step: number, variety: number }[]} sheets
 * @returns {number | null}
 */
export function lostAt(sheets) {
  let best = 0;
  /** @type {number | null} */
  let lost = null;
  for (const { step, variety } of sheets) {
    best = Math.max(best, variety);
    if (best < worthLosing || variety >= lostShare * best) lost = null;
    else lost ??= step;
  }
  return best < worthLosing ? 0 : lost;
}

/**
 * The rows of a recipe's sheets: the classes of its data, in their order; null where they are no shapes.
 * @param {Recipe} recipe
 * @returns {readonly string[] | null}
 */
function classesOf({ config, counts, ownImages }) {
  if (ownImages) return null;
  const data = /** @type {{ shapes?: string[] } | undefined} */ (config.data);
  return counts ? Object.keys(counts).sort() : (data?.shapes ?? shapeNames);
}

/**
 * Of every sheet of a run, by step; none where its data are not the lab's.
 * @param {string} run - its folder
 * @param {Recipe} known - its recipe
 * @param {FactorDiversity} diversity
 * @param {number} [from] - the first step that is looked at
 */
export async function varietyBySheet(run, known, diversity, from = 0) {
  const classes = classesOf(known);
  if (classes === null) return [];
  const found = [];
  for (const name of readdirSync(join(run, 'samples')).sort()) {
    const step = Number.parseInt(name, 10);
    if (step < from) continue;
    const tiles = await tilesOfSheet(join(run, 'samples', name), diversity.size);
    const rows = tiles.map((images, i) => ({ class: classes[i], images }));
    found.push({ step, variety: diversity.of(rows), byClass: diversity.ofEach(rows), rows });
  }
  return found;
}

/**
 * The sheets with one class for all, for recipes that break one class.
 * @param {Awaited<ReturnType<typeof varietyBySheet>>} sheets
 * @param {string} name - the class
 */
export function sheetsOfClass(sheets, name) {
  return sheets.map(({ step, byClass }) => ({ step, variety: byClass[name] ?? NaN }));
}
