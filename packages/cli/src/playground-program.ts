/** Makes the pictures of a dashboard's playground, in a process that the server starts and that gives way to everything else. */
import { answerQuestions } from '@ganymede/dashboard';
import { giveWay } from '@ganymede/files';
import { describeError } from '@ganymede/program';
import { openPlayground } from '@ganymede/toolkit';

/** Until the first picture is there: loading the engine is seconds of work, which at the lowest priority may take minutes. */
const whileOpening = 10;

giveWay(whileOpening);
const playground = openPlayground();
answerQuestions(
  process,
  {
    about: ({ run, wanted }) => playground.about({ run, ...wanted }),
    lengths: ({ run }) => playground.lengths(run),
    picture: ({ run, wanted, picture }) =>
      playground.draw({ run, ...wanted }, picture).finally(() => giveWay()),
  },
  describeError,
);
