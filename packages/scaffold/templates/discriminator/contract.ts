import { fromComponent, discriminatorContract } from '@ganymede/testing';
import { example } from './example.js';

discriminatorContract(fromComponent(example));
