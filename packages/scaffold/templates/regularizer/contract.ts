import { fromComponent, regularizerContract } from '@ganymede/testing';
import { example } from './example.js';

regularizerContract(fromComponent(example));
