import { fromComponent, priorContract } from '@ganymede/testing';
import { example } from './example.js';

priorContract(fromComponent(example));
