import { fromComponent, reporterContract } from '@ganymede/testing';
import { example } from './example.js';

reporterContract(fromComponent(example));
