import { fromComponent, scheduleContract } from '@ganymede/testing';
import { example } from './example.js';

scheduleContract(fromComponent(example));
