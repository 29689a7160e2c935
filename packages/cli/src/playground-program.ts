/* eslint-disable @nx/enforce-module-boundaries -- a program of its own, which needs all of it at once */
/** Makes the pictures of a dashboard's playground, in a process that the server starts and that gives way to everything else. */
import { answerQuestions } from '@ganymede/dashboard';
import { giveWay } from '@ganymede/files';
import { describeError } from '@ganymede/program';
import { openPlayground } from '@ganymede/toolkit';

/** 1 to 19, the lowest: everything else goes first. Where nothing is trained beside it somebody may want pictures sooner. */
const asked = Number(process.env['GANYMEDE_PLAYGROUND_NICE'] ?? 19);
const priority = Number.isInteger(asked) && asked >= 1 && asked <= 19 ? asked : 19;
/** Until the first picture is there: loading the engine is seconds of work, which at the lowest priority may take minutes. */
const whileOpening = Math.min(10, priority);

giveWay(whileOpening);
const playground = openPlayground();
answerQuestions(
  process,
  {
    about: ({ run, wanted }) => playground.about({ run, ...wanted }),
    lengths: ({ run }) => playground.lengths(run),
    picture: ({ run, wanted, picture }) =>
      playground.draw({ run, ...wanted }, picture).finally(() => giveWay(priority)),
  },
  describeError,
);
