import { jest } from '@jest/globals';

// Starting programs, installing packages and training a few steps on a small machine all take their time.
jest.setTimeout(600_000);
