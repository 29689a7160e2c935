export { expectNewId, expectSlot, idOf, trainingFlags } from './plugin-files.js';
export { writePlugin } from './write-plugin.js';
