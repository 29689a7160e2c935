#!/usr/bin/env node
const { runCli } = require('../dist/index.js');

runCli(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
  // What is done is done: a thread that some library left behind must not keep the program from ending.
  setTimeout(() => process.exit(), 1000).unref();
});
