import { fromComponent, samplerContract } from '@ganymede/testing';
import { example } from './example.js';

samplerContract(fromComponent(example));
