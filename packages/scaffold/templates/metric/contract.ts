import { fromComponent, metricContract } from '@ganymede/testing';
import { example } from './example.js';

metricContract(fromComponent(example));
