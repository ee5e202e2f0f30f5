/** Live ink drawn here and by Python: rims of strokes differ by some levels, readings do not. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { drawStrokes } from '../src/ink/pen';
import { DrawingError } from '../src/ink/drawing';
import { readStrokes } from '../src/ink/strokes';
import { Fixture, NAMES } from './fixtures';

const FOLDER = '../tests/golden/drawings';
const MEAN_LEVELS = 12; // over the rims, where levels lie between pen and paper

for (const file of readdirSync(FOLDER).filter((name) => name.startsWith('pad-'))) {
  const name = `golden-${file.replace('.json', '')}`;
  test(`the pen draws ${name} as Python's does`, { skip: !NAMES.includes(name) }, () => {
    const { side, strokes } = readStrokes(JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')));
    const fixture = new Fixture(name);
    const want = fixture.bytes(fixture.values.drawing);
    let [sum, rim] = [0, 0];
    drawStrokes(strokes, side).data.forEach((value, at) => {
      sum += Math.abs(value - want[at]!);
      if (want[at]! > 0 && want[at]! < 255) rim++;
    });
    assert.ok(sum <= MEAN_LEVELS * rim, `off by ${(sum / rim).toFixed(1)} levels`);
  });
}

test('a stroke of one point is a dot', () => {
  const { data } = drawStrokes([{ width: 10, points: [[50, 50]] }], 100);
  assert.equal(data[3 * (50 * 100 + 50)], 0);
  assert.equal(data[3 * (50 * 100 + 60)], 255);
});

test('strokes of another form are refused in words', () => {
  const refused = (value: unknown, words: RegExp): void =>
    assert.throws(() => readStrokes(value), (error: Error) => error instanceof DrawingError && words.test(error.message));
  refused({ strokes: 7 }, /no pen strokes/);
  refused({ strokes: [null] }, /no pen strokes/);
  refused({ strokes: [{ w: 5, p: [[1, Number.NaN]] }] }, /no pairs of numbers/);
  refused({ strokes: [{ w: 0, p: [[1, 1]] }] }, /wider than 0/);
  refused({ strokes: [{ w: 5, p: [[9000, 1]] }] }, /leaves its sheet/);
  refused({ side: 9, strokes: [] }, /side must be/);
  refused({ strokes: Array(500).fill({ w: 5, p: [[1, 1]] }) }, /too long/);
  assert.deepEqual(readStrokes(null), { side: 400, strokes: [] });
});
