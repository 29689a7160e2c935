import { fromComponent, generatorContract } from '@ganymede/testing';
import { example } from './example.js';

generatorContract(fromComponent(example));
