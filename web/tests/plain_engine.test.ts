/** What reads before the runtime has come: the runtime's numbers, but for the brink of a rounding. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadEngine } from '../src/weights/engine';
import { plainEngine } from '../src/weights/plain_engine';

const WEIGHTS = process.env['WEIGHTS'] ?? '../weights';
const read = (name: string) => new Uint8Array(readFileSync(`${WEIGHTS}/${name}`));

/** Strokes of no meaning, paper and ink as crops have them. */
function inputOf(count: number): Float32Array {
  let state = 7;
  return Float32Array.from({ length: count * 3 * 32 * 32 }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % 5 ? 0 : (state >> 8) % 256 / 255;
  });
}

test('without the runtime the CNN answers as with it', async () => {
  const file = read('cnn.int8.onnx');
  const plain = plainEngine(file);
  assert(plain);
  const [input, dims] = [inputOf(5), [5, 3, 32, 32]];
  const [[got], [want]] = [await plain(input, dims), await (await loadEngine('cnn', file))(input, dims)];
  assert.deepEqual(got!.dims, want!.dims);
  const differences = got!.data.map((value, at) => Math.abs(value - want!.data[at]!));
  // A number on the brink may be rounded the other way: sums are added in another order.
  assert(Math.max(...differences) < 0.05, `logits differ by ${Math.max(...differences)}`);
});

test('a graph of other parts is left to the runtime', () => {
  assert.equal(plainEngine(read('vit.onnx')), null);
  assert.equal(plainEngine(read('yolov3.int8.onnx')), null);
});
