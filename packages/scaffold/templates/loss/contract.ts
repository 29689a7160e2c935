import { fromComponent, lossContract } from '@ganymede/testing';
import { example } from './example.js';

lossContract(fromComponent(example));
