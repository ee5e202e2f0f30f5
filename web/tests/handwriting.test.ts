/** Hands that are learned and written here and by Python, where nothing is left to chance: see tools/web_hands.py. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import constants from '../src/constants.json';
import { readBank } from '../src/handwriting/bank';
import { findExamples, textOf } from '../src/handwriting/examples';
import { FEATURES, glyphFeatures, resampleGlyph } from '../src/handwriting/features';
import { fitSheet, svgText } from '../src/handwriting/formats';
import type { Glyph } from '../src/handwriting/paths';
import { seededRandom } from '../src/handwriting/random';
import type { Example } from '../src/handwriting/style';
import { readWriter } from '../src/handwriting/writer';
import { DrawingError } from '../src/ink/drawing';
import { readStrokes } from '../src/ink/strokes';
import { readTensors } from '../src/weights/safetensors';

interface HandValues {
  readonly examples: readonly Example[];
  readonly strength: number;
  readonly features: readonly number[][];
  readonly posterior: { readonly mean: readonly number[]; readonly variance: readonly number[] };
  readonly factors: readonly number[];
  readonly wobble: number;
  readonly lean: number;
  readonly line_style: Readonly<Record<string, number>>;
  readonly made: readonly { readonly target: readonly number[]; readonly place: number; readonly warped: readonly number[]; readonly glyph: Glyph }[];
  readonly chosen: { readonly shape: number; readonly factors: readonly number[] };
  /** No glyphs where the digits' feet stand off the line by chance. */
  readonly signs: { readonly text: string; readonly glyphs: readonly Glyph[] | null };
}

const HANDS = JSON.parse(readFileSync(`${process.env['FIXTURES'] ?? 'build/fixtures'}/hands.json`, 'utf8')) as HandValues[];
const TOLERANCE = 1e-4;
const TOLERANCE_PX = 1e-3; // on a line that is a thousand pixels long, in single precision
const file = readFileSync('../weights/handwriting.safetensors');
const writer = readWriter(file);
const { style } = writer;
const { grid, counts, digit: digits, allograph } = readTensors(file);
const bank = readBank(grid!.data, counts!.data, digits!.data, allograph!.data);
const largest: Record<string, number> = {};

function compare(what: string, got: ArrayLike<number>, want: ArrayLike<number>, tolerance = TOLERANCE): void {
  assert.equal(got.length, want.length, what);
  const off = Math.max(0, ...Array.from(got, (value, k) => Math.abs(value - want[k]!)));
  largest[what] = Math.max(largest[what] ?? 0, off);
  assert.ok(off <= tolerance, `${what}: off by ${off}`);
}

function flat(glyphs: readonly Glyph[]): number[] {
  return glyphs.flat(3) as number[];
}

HANDS.forEach((want, number) => {
  const { examples, strength } = want;
  const hand = writer.learn(examples);

  test(`hand ${number} is known as Python knows it`, () => {
    examples.forEach(({ glyph }, k) => compare('features', glyphFeatures(resampleGlyph(glyph)), want.features[k]!));
    const drawn = examples.map(({ glyph, digit, weight }) => ({
      digit, weight, standard: style.model.standardise(glyphFeatures(resampleGlyph(glyph)), digit).map((value) => Math.min(4, Math.max(-4, value))),
    }));
    const { mean, covariance } = style.model.posterior(drawn);
    compare('posterior, mean', mean, want.posterior.mean);
    compare('posterior, variance', covariance.map((row, k) => row[k]!), want.posterior.variance);
    compare('factors', hand.factors, want.factors);
    compare('wobble and lean', [hand.wobble, style.lean(hand.factors)], [want.wobble, want.lean]);
    compare('line style', ['height', 'gap', 'rise', 'bounce'].map((name) => hand.lineStyle[name as 'height']), Object.values(want.line_style));
    const { digit } = examples[0]!;
    assert.equal(style.shapeCount(digit) - 1, want.chosen.shape);
    compare('factors with a shape', hand.choose(digit, want.chosen.shape).factors, want.chosen.factors);
  });

  test(`hand ${number} makes the digits that it makes in Python`, () => {
    want.made.forEach(({ target, place, warped, glyph }, digit) => {
      compare('features wanted', style.target(hand.factors, digit, strength), target);
      const drawing = style.best(hand.factors, digit, { strength })[0]!;
      assert.deepEqual(drawing.points, bank.filter((each) => each.digit === digit)[place]!.points, `drawing of the ${digit}`);
      compare('bent drawing', style.warp(drawing, hand.factors, strength), warped);
      compare('made digit', flat([style.make(hand.factors, digit, { strength, wobble: 0 })]), flat([glyph]));
    });
    if (want.signs.glyphs) compare('line in pixels', flat(hand.write(want.signs.text, strength)), flat(want.signs.glyphs), TOLERANCE_PX);
  });
});

after(() => console.log('handwriting, largest differences:', JSON.stringify(largest)));

test('a hand writes the same for the same seed, drawn digits as drawn, and repeated ones varied', () => {
  const [{ examples }] = HANDS as [HandValues];
  const hand = writer.learn(examples);
  const text = constants['ui.tabs.handwriting'].ALL_DIGITS.repeat(2);
  const [first, second] = [hand.write(text), hand.write(text)];
  assert.deepEqual(first, second);
  assert.notDeepEqual(first, hand.write(text, 1, 1));
  const shape = (glyph: Glyph): number[] => flat([glyph.map((path) => path.map(([x, y]) => [x - glyph[0]![0]![0], y - glyph[0]![0]![1]] as const))]);
  const { digit, glyph } = examples[0]!;
  compare('drawn digit', shape(first[digit]!), shape(glyph), TOLERANCE_PX);
  assert.notDeepEqual(shape(first[digit]!), shape(first[digit + 10]!));
  assert.ok(first.flat(3).every((value) => Number.isFinite(value)));
  for (let each = 0; each < 10; each++) assert.ok(hand.allographs(each).length >= 1 && hand.allographs(each).length <= 4);
});

test('what cannot be learned from or written is refused in words', () => {
  const [{ examples }] = HANDS as [HandValues];
  const hand = writer.learn(examples);
  const refused = (act: () => unknown, words: RegExp): void =>
    assert.throws(act, (error: Error) => error instanceof DrawingError && words.test(error.message));
  refused(() => hand.write('4x'), /Only digits and/);
  refused(() => hand.write('1'.repeat(61)), /at most 60/);
  refused(() => hand.write('1', 3), /strength must be 0 to 2/);
  refused(() => hand.choose(4, 9), /no shape by that number/);
  refused(() => writer.learn([]), /at least one digit/);
  refused(() => writer.learn([{ glyph: [[]], digit: 4, weight: 1 }]), /list of strokes/);
  refused(() => findExamples([], []), /No digit was read/);
});

test('strokes go to the digit in whose box they lie, dots and all', () => {
  const probabilities: number[] = [];
  const found = [
    { box: [60, 10, 90, 60] as const, classId: 7, confidence: 0.9, probabilities },
    { box: [10, 10, 40, 60] as const, classId: 1, confidence: 0.8, probabilities },
    { box: [100, 10, 140, 60] as const, classId: 11, confidence: 0.99, probabilities },
  ];
  const strokes = [
    { width: 6, points: [[20, 10], [21, 60]] as const }, { width: 6, points: [[60, 12], [88, 12], [70, 58]] as const },
    { width: 8, points: [[65, 35]] as const }, { width: 6, points: [[120, 20], [120, 50]] as const },
  ];
  const examples = findExamples(strokes, found);
  assert.deepEqual([textOf(examples), examples.pen, examples.digits.map(({ glyph }) => glyph.length)], ['17', 6, [1, 2]]);
  const features = glyphFeatures(resampleGlyph(examples.digits[1]!.glyph));
  assert.equal(features.length, FEATURES.length);
  assert.ok(features.every(Number.isFinite));
});

test('chance is even, and normal where it should be', () => {
  const random = seededRandom(7, 1);
  const [even, normal] = [Array.from({ length: 20_000 }, random.uniform), Array.from({ length: 20_000 }, random.normal)];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(Math.abs(mean(even) - 0.5) < 0.01 && Math.abs(mean(normal)) < 0.03 && Math.abs(mean(normal.map((value) => value ** 2)) - 1) < 0.05);
  assert.notEqual(seededRandom(0).uniform(), seededRandom(1).uniform());
});

test('the sheet takes what is written, and a picture shows a dot', () => {
  const strokes = writer.learn(HANDS[0]!.examples).write('10:45').flat().map((points) => ({ points, width: 12 }));
  const { side, strokes: read } = readStrokes(fitSheet(strokes));
  assert.ok(read.length === strokes.length && side > 0);
  assert.ok(read.every(({ points }) => points.every(([x, y]) => x > 0 && y > 0 && x < side && y < side)));
  assert.match(svgText([{ width: 5, points: [[1, 2]] }]), /d="M1\.0 2\.0L1\.0 2\.0" stroke-width="5\.0"/);
});
