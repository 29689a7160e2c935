export { type Rgb, type ShapeColour, type ShapeFactors, shapeColours } from './shape-factors.js';
export { type ShapeName, shapeNames } from './shape-outlines.js';
export { Shapes, ShapesDataset, type ShapesOptions, shapes } from './shapes.js';
