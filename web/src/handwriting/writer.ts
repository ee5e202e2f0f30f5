/** The writer: learns a hand from one to ten drawn digits. */

import { readTensors } from '../weights/safetensors';
import { readBank } from './bank';
import { FactorModel } from './factors';
import { FEATURES, PATH_POINTS } from './features';
import { Hand, checkExamples } from './hand';
import { type RandomSource, seededRandom } from './random';
import { type Example, StyleModel } from './style';

/** Knows many hands, and learns a new one from a few digits. */
export class Writer {
  constructor(readonly style: StyleModel, private readonly random: RandomSource) {}

  /**
   * The hand that drew these digits.
   *
   * @param examples one or more digits, all in one unit.
   * @throws {DrawingError} there is no example, or one is no digit in strokes.
   */
  learn(examples: readonly Example[]): Hand {
    return new Hand(this.style, checkExamples(examples), this.random);
  }
}

/**
 * The shipped writer.
 *
 * @param file its weights.
 * @throws {Error} they are of another version than the code.
 */
export function readWriter(file: Uint8Array, random: RandomSource = seededRandom): Writer {
  const arrays = readTensors(file);
  const values = (name: string): Float32Array => arrays[name]!.data as Float32Array;
  const split = (all: Float32Array, count: number): Float32Array[] =>
    Array.from({ length: count }, (_, k) => all.subarray((k * all.length) / count, ((k + 1) * all.length) / count));
  const { mean, grid, digit } = arrays;
  if (mean?.shape[1] !== FEATURES.length || grid?.shape[1] !== PATH_POINTS)
    throw new Error('What the page knows of handwriting is for other features than these; reload the page.');
  const count = mean.shape[0]!;
  const model = new FactorModel({
    mean: split(values('mean'), count), scale: values('scale'), own: split(values('own'), count), within: split(values('within'), count),
    maps: split(values('maps'), count).map((map) => split(map, FEATURES.length)),
  });
  const bank = readBank(grid.data, arrays['counts']!.data, digit!.data, arrays['allograph']!.data);
  return new Writer(new StyleModel(model, bank, random), random);
}
