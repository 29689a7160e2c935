export { type Weights } from './held-generator.js';
export { type DrawnPicture, Playground, type PlaygroundAbout, type WantedGenerator } from './playground.js';
export { type Picture } from './picture.js';
