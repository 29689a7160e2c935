import { fromComponent, optimizerContract } from '@ganymede/testing';
import { example } from './example.js';

optimizerContract(fromComponent(example));
