import { WorkProgress } from './work.js';

function recorded(isTTY: boolean, quiet = false) {
  let time = 0;
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 };
  const progress = new WorkProgress(stream as unknown as NodeJS.WriteStream, quiet, () => time);
  return { written, progress, wait: (milliseconds: number) => (time += milliseconds) };
}

test('elsewhere than on a terminal: a line every ten seconds, with rate and time left', () => {
  const { written, progress, wait } = recorded(false);
  for (let done = 0; done <= 300; done += 10) {
    progress.count('features', done, 300);
    wait(1000);
  }
  progress.say('computing fid');
  progress.say('computing fid');
  expect(written).toEqual([
    'features: 100 of 300  10 images/s  20 s left\n',
    'features: 200 of 300  10 images/s  10 s left\n',
    'features: 300 of 300  10 images/s  0 s left\n',
    'computing fid\n',
  ]);
});

test('on a terminal: one line that is rewritten, and gone at the end', () => {
  const { written, progress, wait } = recorded(true);
  progress.count('features', 10, 300);
  wait(50);
  progress.count('features', 20, 300);
  wait(200);
  progress.count('features', 30, 300);
  progress.close();
  expect(written).toEqual([
    '\r\u001b[Kfeatures: 10 of 300',
    '\r\u001b[Kfeatures: 30 of 300  80 images/s  3 s left',
    '\r\u001b[K',
  ]);
});

test('new work begins a rate of its own', () => {
  const { written, progress, wait } = recorded(false);
  progress.count('first', 0, 10);
  wait(20_000);
  progress.count('second', 5, 100);
  wait(10_000);
  progress.count('second', 25, 100);
  expect(written).toEqual(['second: 25 of 100  2.0 images/s  38 s left\n']);
});

test('quiet', () => {
  const { written, progress } = recorded(true, true);
  progress.count('features', 1, 1);
  progress.say('words');
  progress.close();
  expect(written).toEqual([]);
});
