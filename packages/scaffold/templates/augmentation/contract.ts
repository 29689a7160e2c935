import { fromComponent, augmentationContract } from '@ganymede/testing';
import { example } from './example.js';

augmentationContract(fromComponent(example));
