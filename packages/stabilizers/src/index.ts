export { NonFinite, nonFinite } from './non-finite.js';
