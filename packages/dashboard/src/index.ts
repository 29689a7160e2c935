export { answerQuestions, type AnsweringProcess, type Answerers } from './playground/answer-questions.js';
export { serve, type ServeOptions, type Serving } from './serve.js';
