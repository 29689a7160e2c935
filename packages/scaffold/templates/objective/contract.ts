import { componentContract } from '@ganymede/testing';
import { example } from './example.js';

componentContract(example);
