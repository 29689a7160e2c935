import type { ToldError } from '@ganymede/core';
import type { Answer, Answers, Question } from './contract.js';

/** How each question is answered. */
export type Answerers = {
  readonly [Kind in Question['kind']]: (
    question: Question & { readonly kind: Kind },
  ) => Promise<Answers[Kind]>;
};

/** What an answering process needs of its `process`. */
export interface AnsweringProcess {
  on(event: 'message', heard: (message: unknown) => void): unknown;
  on(event: 'disconnect', heard: () => void): unknown;
  send?(answer: Answer): unknown;
  exit(): void;
}

/**
 * The side of the process that a server started for its playground: answers what it is asked, one question after the other, and ends
 * with the server.
 * @param describe - an error in the words that the page shows
 */
export function answerQuestions(
  own: AnsweringProcess,
  answerers: Answerers,
  describe: (error: unknown) => ToldError,
): void {
  let before: Promise<unknown> = Promise.resolve();
  own.on('disconnect', () => own.exit());
  own.on('message', (message) => {
    const question = message as Question;
    const answer = answerers[question.kind] as (asked: Question) => Promise<Answers[keyof Answers]>;
    before = before
      .then(() => answer(question))
      .then(
        (value) => own.send!({ value }),
        (error: unknown) => own.send!({ error: describe(error) }),
      );
  });
}
