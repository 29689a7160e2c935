import { fromComponent, stabilizerContract } from '@ganymede/testing';
import { example } from './example.js';

stabilizerContract(fromComponent(example));
