import { backendContract } from '@ganymede/testing';
import { Pjrt } from './index.js';

backendContract({ name: 'pjrt', create: () => new Pjrt({ cacheFolder: null }) });
