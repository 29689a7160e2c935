import { datasetContract, fromComponent } from '@ganymede/testing';
import { tmpdir } from 'node:os';
import { example } from './example.js';

datasetContract(fromComponent(example), { cacheFolder: tmpdir(), resolution: 32, channels: 3, strict: true });
