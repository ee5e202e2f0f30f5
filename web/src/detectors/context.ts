/**
 * What the objects of one sheet say about each other.
 *
 * What the objects are if taken by themselves says how likely each kind of sheet is, and the kinds say what the
 * doubtful ones are: Bayes' rule (Saerens et al., Neural Computation 14(1), 2002).
 */

import constants from '../constants.json';
import { argmax } from '../classifiers/calibration';
import { CENSORED, type Detections, OTHER } from './detections';
import { CONFIDENCE, keepBest } from './detector';

const { MIN_HELD_SHARE, MIN_RING_SIZE, SHEET_KINDS } = constants['detectors.context'];

/** Of digits, censored and other drawings among objects. */
export type Shares = readonly number[];

/** The probabilities in a kind's shares instead of these, not yet summing to one. */
function adjust(probabilities: readonly number[], shares: Shares, kindShares: Shares): number[] {
  return probabilities.map((p, classId) => {
    const group = classId < CENSORED ? 0 : classId - CENSORED + 1;
    return (Math.max(p, 1e-9) * kindShares[group]!) / shares[group]!;
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Which of the objects shown on a sheet are other drawings around another object, as rings are. */
function holdsOthers(shown: Detections): boolean[] {
  const areaOf = ([x1, y1, x2, y2]: readonly number[]): number => (x2! - x1!) * (y2! - y1!);
  const common = (a: readonly number[], b: readonly number[]): number =>
    Math.max(0, Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!)) * Math.max(0, Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!));
  return shown.map((ring) => ring.classId === OTHER && shown.some((other) => other !== ring &&
    common(ring.box, other.box) >= MIN_HELD_SHARE * areaOf(other.box) && areaOf(ring.box) >= MIN_RING_SIZE * areaOf(other.box)));
}

/** How likely a sheet is of each of the kinds of sheets; sums to one. */
export function likelyKinds(rows: readonly (readonly number[])[], shares: Shares): number[] {
  const logs = SHEET_KINDS.map((kind) =>
    Math.log(kind.prior) + sumOf(rows.map((row) => Math.log(sumOf(adjust(row, shares, kind.shares))))));
  const most = Math.max(...logs);
  const likely = logs.map((value) => Math.exp(value - most));
  return likely.map((value) => value / sumOf(likely));
}

/**
 * The same boxes and confidences, with the classes that they have in the light of what is on the sheet.
 *
 * What does not reach the page's default confidence neither counts nor is renamed.  Nor do rings: they say nothing about
 * what they hold.
 */
export function inContext(found: Detections, shares: Shares): Detections {
  const shown = keepBest(found);
  const isHolder = holdsOthers(shown);
  const rings = new Set(shown.filter((_, k) => isHolder[k]));
  const counted = shown.filter((each) => !rings.has(each));
  if (!counted.length) return found;
  const kinds = likelyKinds(counted.map(({ probabilities }) => probabilities), shares);
  return found.map((each) => {
    if (each.confidence < CONFIDENCE || rings.has(each)) return each;
    const mixed = new Array<number>(each.probabilities.length).fill(0);
    SHEET_KINDS.forEach((kind, k) => {
      const adjusted = adjust(each.probabilities, shares, kind.shares);
      const sum = sumOf(adjusted);
      adjusted.forEach((p, classId) => (mixed[classId]! += (p / sum) * kinds[k]!));
    });
    return { ...each, classId: argmax(mixed), probabilities: mixed };
  });
}
