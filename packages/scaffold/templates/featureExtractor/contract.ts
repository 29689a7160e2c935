import { fromComponent, featureExtractorContract } from '@ganymede/testing';
import { example } from './example.js';

featureExtractorContract(fromComponent(example));
