import { backendContract, fromComponent } from '@ganymede/testing';
import { wasm } from './wasm.js';

backendContract(fromComponent(wasm, { threads: 1 }));
backendContract(fromComponent(wasm, { threads: 2 }));
