import { fromComponent, truncationContract } from '@ganymede/testing';
import { example } from './example.js';

truncationContract(fromComponent(example));
