export { CsvReporter, csv } from './csv.js';
export { TensorBoardReporter, tensorboard } from './tensorboard.js';
export { scalarsOf } from './scalars-of.js';
