#!/usr/bin/env node
const { runCli } = require('../dist/index.js');

let isDone = false;
// Node ends when nothing is left to wait for, also in the middle of a command that waits for what never comes.
process.on('exit', () => {
  if (isDone) return;
  process.exitCode = 1;
  process.stderr.write('error UNEXPECTED: the command waits for something that nothing will ever settle\n');
});

runCli(process.argv.slice(2)).then((exitCode) => {
  isDone = true;
  process.exitCode = exitCode;
  // What is done is done: a thread that some library left behind must not keep the program from ending.
  setTimeout(() => process.exit(), 1000).unref();
});
