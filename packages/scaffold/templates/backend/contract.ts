import { fromComponent, backendContract } from '@ganymede/testing';
import { example } from './example.js';

backendContract(fromComponent(example));
