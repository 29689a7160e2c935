import * as tf from '@tensorflow/tfjs';
import { expectAllclose } from './allclose.js';
import { setupMatchers } from './matchers.js';

setupMatchers();

describe('expectAllclose', () => {
  test.each([
    ['numbers', 1, 1 + 1e-7],
    [
      'nested arrays',
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4 + 1e-6],
      ],
    ],
    [
      'typed arrays against nested ones',
      Float32Array.of(1, 2, 3, 4),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['NaN with NaN, infinities with themselves', [NaN, Infinity, -Infinity], [NaN, Infinity, -Infinity]],
    ['zero with minus zero', [0], [-0]],
    ['empty arrays', [], []],
  ])('accepts %s', (_, actual, expected) => expectAllclose(actual, expected));

  test.each([
    ['a value outside', [1, 2.1], [1, 2], /expected 2 at flat index 1, got 2\.1 .*1 of 2 values/],
    ['the worst value first', [1.1, 3], [1, 2], /flat index 1/],
    ['other shapes', [[1, 2]], [[1], [2]], /expected shape \[2, 1\], got \[1, 2\]/],
    ['other sizes', Float32Array.of(1), [1, 2], /expected shape \[2\], got \[1\]/],
    ['NaN for a number', [NaN], [1], /got NaN/],
    ['a number for NaN', [1], [NaN], /expected NaN/],
    ['a number for an infinity', [1], [Infinity], /expected Infinity/],
    ['the other infinity', [-Infinity], [Infinity], /expected Infinity/],
    [
      'ragged arrays',
      [[1, 2], [3]],
      [
        [1, 2],
        [3, 4],
      ],
      /rectangular/,
    ],
  ])('refuses %s', (_, actual, expected, message) => {
    expect(() => expectAllclose(actual, expected)).toThrow(message);
  });

  test('takes tensors, and their shape counts', () => {
    tf.tidy(() => {
      expectAllclose(tf.tensor2d([[1, 2]]), [[1, 2]]);
      expect(() => expectAllclose(tf.tensor1d([1, 2]), tf.tensor2d([[1, 2]]))).toThrow(
        'expected shape [1, 2], got [2]',
      );
    });
  });

  test('tolerances: absolute plus relative to the expected value', () => {
    expectAllclose([101], [100], { rtol: 0.01, atol: 0 });
    expect(() => expectAllclose([101.1], [100], { rtol: 0.01, atol: 0 })).toThrow('rtol 0.01');
    expectAllclose([0.5], [0], { atol: 0.5 });
  });
});

describe('toBeAllclose', () => {
  test('is a jest matcher, with its negation', () => {
    expect([1, 2]).toBeAllclose([1, 2 + 1e-7]);
    expect([1, 2]).not.toBeAllclose([1, 3]);
    expect(() => expect([1]).toBeAllclose([2])).toThrow('expected 2 at flat index 0, got 1');
    expect(() => expect([1]).not.toBeAllclose([1])).toThrow('got values that are close');
  });
});
