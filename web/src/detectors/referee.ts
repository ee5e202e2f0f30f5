/** Both ways together: one reading from two, object by object, by evidence weighed on drawings whose truth is known. */

import { argmax, sigmoid } from '../classifiers/calibration';
import constants from '../constants.json';
import type { Sheet } from '../ink/sheet';
import type { Detection, Detections } from './detections';
import { CONFIDENCE, type Detector, MIN_CONFIDENCE, proposalsOn } from './detector';
import { type Both, type Candidate, type Way, contestFeatures, findCandidates, objectFeatures, poolClasses, trustFeatures } from './fusion';

export const { NAME, WAYS } = constants['detectors.referee'];
const { MAX_LOSER_CONFIDENCE, PARAMETERS } = constants['detectors.referee'];

/**
 * Why an object is what it is: both ways say so; both box it, and one knows its class better; the ways cut the ink
 * differently, and one does so likelier; only one way sees it.
 */
export type Reason = 'both' | 'class' | 'contest' | 'alone';

/** What the referee makes of one object. */
export interface Decision extends Detection {
  readonly reason: Reason;
  /** Whose word it is; null where it is both's. */
  readonly way: Way | null;
}

/** One reading from two ways' proposals on one drawing: everything that either sees, however unlikely it is now. */
export function decide(first: Detections, second: Detections): Decision[] {
  const found = findCandidates(first, second);
  const trust = trustFeatures(found);
  const pooled = found.objects.map(({ opinions }, k) =>
    poolClasses(opinions, PARAMETERS.trust.map((weights) => weighted(trust[k]!, weights)), PARAMETERS.bias));
  const features = objectFeatures(found, pooled);
  const there = found.objects.map(({ seen }, k) =>
    weigh(features[k]!, PARAMETERS.existence[seen[0] && seen[1] ? 0 : seen[0] ? 1 : 2]!));
  const contested = new Map<number, Way>(); // row -> the way whose version won
  for (const contest of found.contests) {
    const firstWins = weigh(contestFeatures(found, contest), PARAMETERS.contest);
    const [winner, loser]: Both<Way> = firstWins >= CONFIDENCE ? [0, 1] : [1, 0];
    const chance = Math.max(firstWins, 1 - firstWins);
    for (const row of contest[winner]) there[row] = chance;
    for (const row of contest[loser]) there[row] = Math.min(1 - chance, MAX_LOSER_CONFIDENCE);
    for (const row of contest.flat()) contested.set(row, winner);
  }
  return found.objects.map((object, k): Decision => {
    const probabilities = pooled[k]!;
    const classId = argmax(probabilities);
    const confidence = shownConfidence(there[k]!, probabilities[classId]!);
    return { box: object.box, confidence, classId, probabilities, exclusive: true, ...reasonOf(object, classId, contested.get(k)) };
  }).filter(({ confidence }) => confidence >= MIN_CONFIDENCE);
}

/** A weighted sum; the last of the weights is its constant. */
function weighted(features: readonly number[], weights: readonly number[]): number {
  return features.reduce((sum, value, k) => sum + value * weights[k]!, weights.at(-1)!);
}

/** A logistic regression. */
function weigh(features: readonly number[], weights: readonly number[]): number {
  return sigmoid(weighted(features, weights));
}

/**
 * Confidence of an object: whether it is there says on which side of a half, its class how far above.
 *
 * @param there how likely its box is an object's.
 * @param certain how likely its class is the right one.
 */
function shownConfidence(there: number, certain: number): number {
  return there >= CONFIDENCE ? CONFIDENCE + (there - CONFIDENCE) * certain : there;
}

function reasonOf({ seen, opinions }: Candidate, classId: number, winner: Way | undefined): Pick<Decision, 'reason' | 'way'> {
  if (winner !== undefined) return { reason: 'contest', way: winner };
  if (!seen[0] || !seen[1]) return { reason: 'alone', way: seen[1] ? 1 : 0 };
  const [first, second] = opinions.map(({ probabilities }) => argmax(probabilities));
  return first === second ? { reason: 'both', way: null } : { reason: 'class', way: second === classId ? 1 : 0 };
}

/** Reads with two other detectors, in the order of the parameters, and decides between them. */
export class Referee implements Detector {
  readonly name = NAME;

  constructor(readonly ways: Both<Detector>) {}

  /** What the ways have found on this sheet before is not looked for again. */
  async propose(sheet: Sheet): Promise<Detections> {
    const [first, second] = this.ways;
    return decide(await proposalsOn(sheet, first), await proposalsOn(sheet, second));
  }
}

/** Why an object is what it is, for people; `labels` are what they call the two ways. */
export function reasonInWords({ reason, way }: Decision, labels: readonly string[]): string {
  if (way === null || reason === 'both') return 'both say so';
  return {
    class: `${labels[way]} is surer of its class`,
    contest: `${labels[way]} divides the ink more convincingly`,
    alone: `only ${labels[way]} sees it`,
  }[reason];
}
