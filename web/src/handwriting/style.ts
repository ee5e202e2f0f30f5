/** From drawn digits to the factors of a hand, and from these to digits that were not drawn. */

import constants from '../constants.json';
import { clamp, median } from '../pixels/raster';
import type { Drawing } from './bank';
import { type FactorModel, fitShares } from './factors';
import { FEATURES, argsort, glyphFeatures, resampleGlyph, strokesOf } from './features';
import { type Glyph, type Path, type Point, glyphBounds } from './paths';
import type { Random, RandomSource } from './random';
import { warpTowards } from './warp';
import { measureWobble, setWobble } from './wobble';

const { CHOICE_WEIGHT, SETTINGS, SMOOTHING_ROUNDS, WOBBLE_RANGE } = constants['handwriting.style'];
const SLANT = FEATURES.indexOf('slant of strokes');

/** A drawn digit: its strokes, and which digit they are. */
export interface Example {
  readonly glyph: Glyph;
  readonly digit: number;
  /** How sure that is, above 0 and at most 1. */
  readonly weight: number;
}

/** Digit -> the one of its shapes that somebody chose. */
export type Choices = Readonly<Record<number, number>>;

/** A drawing of the bank with its features, standardised. */
interface Known extends Drawing {
  readonly standard: Float64Array;
}

/** How a digit is made. */
export interface Making {
  readonly strength: number;
  /** One of the digit's shapes; the one that fits best where there is none. */
  readonly allograph?: number | undefined;
  /** Of the choice between the drawings that fit best; the best one where there is none. */
  readonly choice?: Random | null;
  /** How unsteady it is, per what is usual. */
  readonly wobble?: number;
}

/** What was learned of many hands. */
export class StyleModel {
  /** For each digit its drawings. */
  private readonly known: readonly (readonly Known[])[];
  /** How much each feature of each digit tells of the hand and not of the drawing. */
  private readonly importance: readonly Float64Array[];
  /** How unsteady drawings of each digit are. */
  private readonly usualWobble: readonly number[];

  constructor(readonly model: FactorModel, bank: readonly Drawing[], private readonly random: RandomSource) {
    const { own, within } = model.factors;
    this.known = own.map((_, digit) => bank.filter((each) => each.digit === digit)
      .map((each) => ({ ...each, standard: model.standardise(each.features, digit) })));
    this.importance = fitShares(model.factors).map((shares, digit) => shares.map((share, f) => share / (own[digit]![f]! + within[digit]![f]!)));
    this.usualWobble = this.known.map((drawings) => median(drawings.map(measureWobble)));
  }

  /** How unsteady examples are, per what is usual for their digits. */
  wobble(examples: readonly Example[]): number {
    const total = examples.reduce((sum, { glyph, digit }) =>
      sum + Math.log(measureWobble(resampleGlyph(glyph)) / this.usualWobble[digit]!), 0);
    // The fewer there are, the nearer to what is usual.
    return clamp(Math.exp(total / (examples.length + 1)), WOBBLE_RANGE[0]!, WOBBLE_RANGE[1]!);
  }

  /** The factors of the hand that drew the examples, and takes these shapes. */
  infer(examples: readonly Example[], choices: Choices = {}): number[] {
    const drawn = examples.map(({ glyph, digit, weight }) => ({
      digit, weight, standard: this.model.standardise(glyphFeatures(resampleGlyph(glyph)), digit).map((value) => clamp(value, -4, 4)),
    }));
    const chosen = Object.entries(choices).map(([digit, allograph]) => {
      const drawings = this.drawings(+digit, allograph);
      const standard = drawings[0]!.standard.map((_, f) => drawings.reduce((sum, each) => sum + each.standard[f]!, 0) / drawings.length);
      return { digit: +digit, weight: CHOICE_WEIGHT, standard };
    });
    return this.model.estimate([...drawn, ...chosen]);
  }

  /** The bank's drawings of a digit, in one of its shapes where that is given. */
  private drawings(digit: number, allograph?: number): readonly Known[] {
    return this.known[digit]!.filter((each) => allograph === undefined || each.allograph === allograph);
  }

  /** How many shapes of a digit there are, 1 to 4. */
  shapeCount(digit: number): number {
    return Math.max(...this.known[digit]!.map(({ allograph }) => allograph)) + 1;
  }

  /** The standardised features that a digit should have. */
  target(factors: readonly number[], digit: number, strength: number): Float64Array {
    return this.model.predict(factors, digit, strength * SETTINGS.exaggeration).map((value) => clamp(value, -SETTINGS.reach, SETTINGS.reach));
  }

  /** The drawings that fit a hand best, the best first. */
  best(factors: readonly number[], digit: number, { strength, allograph }: Making): Drawing[] {
    const [target, importance, drawings] = [this.target(factors, digit, strength), this.importance[digit]!, this.drawings(digit, allograph)];
    const costs = drawings.map(({ standard }) => standard.reduce((sum, value, f) => sum + (value - target[f]!) ** 2 * importance[f]!, 0));
    return argsort(costs).slice(0, SETTINGS.choices).map((k) => drawings[k]!);
  }

  /** A drawing's points bent towards a hand. */
  warp(drawing: Drawing, factors: readonly number[], strength: number): Float32Array {
    const { mean, scale } = this.model.factors;
    const { digit } = drawing;
    const wanted = this.target(factors, digit, strength).map((value, f) => mean[digit]![f]! + scale[f]! * value);
    return warpTowards(drawing, wanted, this.importance[digit]!.map((value, f) => value / scale[f]! ** 2), SETTINGS.ridge);
  }

  /** A digit in a hand, one unit high, or as wide as a digit of that height is at most. */
  make(factors: readonly number[], digit: number, making: Making): Glyph {
    const { strength, choice, wobble = 1 } = making;
    const best = this.best(factors, digit, making);
    const drawing = best[choice ? Math.floor(choice.uniform() * best.length) : 0]!;
    const { stroke } = drawing;
    const tremor = choice ?? this.random(digit);
    const points = setWobble({ points: this.warp(drawing, factors, strength), stroke }, wobble * this.usualWobble[digit]!, tremor);
    const strokes = strokesOf({ points, stroke }).map(cutCorners);
    const [low, high] = glyphBounds(strokes);
    const size = glyphSize(high[0] - low[0], high[1] - low[1]);
    return strokes.map((path) => path.map(([x, y]) => [Math.fround((x - low[0]) / size), Math.fround((y - low[1]) / size)] as const));
  }

  /** How far downstrokes of a hand lean to the right per height, on average over the digits. */
  lean(factors: readonly number[]): number {
    const { mean, scale } = this.model.factors;
    return mean.reduce((sum, row, digit) => sum + scale[SLANT]! * this.model.predict(factors, digit)[SLANT]! + row[SLANT]!, 0) / mean.length;
  }
}

/** The height of the line that a digit of so much width and height was written on. */
export function glyphSize(width: number, height: number): number {
  return Math.max(height, 0.6 * width, 1e-6);
}

/** A smoother path (G. Chaikin, 1974) with its ends in place. */
function cutCorners(path: Path): Path {
  if (path.length <= 2) return path;
  let smooth = path;
  for (let round = 0; round < SMOOTHING_ROUNDS; round++) {
    const inner = smooth.slice(1).flatMap(([x, y], k): Point[] => {
      const [a, b] = smooth[k]!;
      return [[0.75 * a + 0.25 * x, 0.75 * b + 0.25 * y], [0.25 * a + 0.75 * x, 0.25 * b + 0.75 * y]];
    });
    smooth = [smooth[0]!, ...inner.slice(1, -1), smooth.at(-1)!];
  }
  return smooth;
}
