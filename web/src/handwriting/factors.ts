/** The factors of a hand: tied factor analysis, one map a digit, and what it says of digits that were not drawn. */

import { identity, solve } from './linear';

type Row = Float32Array;

/** A fitted tied factor analysis of D digits, F features and K factors. */
export interface Factors {
  /** Of each digit's features. */
  readonly mean: readonly Row[];
  /** The spread of each feature within a digit; features are divided by it. */
  readonly scale: Row;
  /** For each digit a row of K a feature, from factors to divided features. */
  readonly maps: readonly (readonly Row[])[];
  /** Variance of what a writer does with one digit alone. */
  readonly own: readonly Row[];
  /** Variance from one drawing of a writer to the next. */
  readonly within: readonly Row[];
}

/** A drawing's standardised features, its digit, and how much it counts, above 0 and at most 1. */
export interface Evidence {
  readonly standard: Float64Array;
  readonly digit: number;
  readonly weight: number;
}

export class FactorModel {
  constructor(readonly factors: Factors) {}

  /** Features less their digit's mean, per spread. */
  standardise(features: ArrayLike<number>, digit: number): Float64Array {
    const { mean, scale } = this.factors;
    return new Float64Array(scale).map((spread, f) => (features[f]! - mean[digit]![f]!) / spread);
  }

  /** Mean and covariance of the factors of the hand that these drawings speak of. */
  posterior(drawings: readonly Evidence[]): { mean: number[]; covariance: number[][] } {
    const { maps, own, within, scale } = this.factors;
    const precision = identity(maps[0]![0]!.length);
    const pull = precision.map(() => 0);
    for (const digit of new Set(drawings.map((each) => each.digit))) {
      const mine = drawings.filter((each) => each.digit === digit);
      const count = mine.reduce((sum, { weight }) => sum + weight, 0);
      const rarely = Math.max(1, 1 / Math.max(...mine.map(({ weight }) => weight)));
      for (let f = 0; f < scale.length; f++) {
        const map = maps[digit]![f]!;
        const noise = own[digit]![f]! * rarely + within[digit]![f]! / count;
        const average = mine.reduce((sum, { weight, standard }) => sum + weight * standard[f]!, 0) / count;
        for (let k = 0; k < map.length; k++) {
          pull[k]! += (map[k]! / noise) * average;
          for (let j = 0; j < map.length; j++) precision[k]![j]! += (map[k]! / noise) * map[j]!;
        }
      }
    }
    const covariance = solve(precision, identity(precision.length));
    return { mean: covariance.map((row) => row.reduce((sum, value, k) => sum + value * pull[k]!, 0)), covariance };
  }

  /**
   * The mean of `posterior`, made as large as hands are.
   *
   * The fewer digits there are, the nearer to the average hand the mean is: among hands it varies by the known share of
   * their variance alone.  Divided by that share's root, one digit speaks as loudly as nine.
   */
  estimate(drawings: readonly Evidence[]): number[] {
    const { mean, covariance } = this.posterior(drawings);
    const known = 1 - covariance.reduce((sum, row, k) => sum + row[k]!, 0) / mean.length;
    return mean.map((value) => value / Math.sqrt(Math.max(known, 1e-3)));
  }

  /** Standardised features that a hand gives a digit, times `strength`. */
  predict(hand: readonly number[], digit: number, strength = 1): Float64Array {
    return Float64Array.from(this.factors.maps[digit]!, (row) => strength * row.reduce((sum, value, k) => sum + value * hand[k]!, 0));
  }
}

/** Of each feature's variance between writers the share that the factors explain, 0 to 1, for each digit. */
export function fitShares({ maps, own }: Factors): Float64Array[] {
  return maps.map((map, digit) => Float64Array.from(map, (row, f) => {
    const explained = row.reduce((sum, value) => sum + value * value, 0);
    return explained / (explained + own[digit]![f]!);
  }));
}
