/**
 * oclif listens to `error` on stdout and stderr, once for each time that it is loaded, and jest loads it anew for every
 * test file. In one process the eleventh makes Node print a warning into whatever a test catches of stderr.
 */
const streams = [process.stdout, process.stderr];
const before = streams.map((stream) => stream.listeners('error'));

afterAll(() => {
  for (const [i, stream] of streams.entries()) {
    for (const listener of stream.listeners('error')) {
      if (!before[i].includes(listener)) stream.off('error', listener);
    }
  }
});
