/** What both ways say together, in one sentence: the referee's reading against theirs, object by object. */

import constants from '../constants.json';
import { CONFIDENCE, IOU, bestRows } from '../detectors/detector';
import { methodOf } from '../detectors/method';
import { type Decision, NAME, WAYS, decide, reasonInWords } from '../detectors/referee';
import type { MatchedReadings } from './objects';
import type { Reading } from './reading';

const { MAX_REASONS_TOLD } = constants['comparison.together'];

/**
 * What the referee reads on one drawing, and why, for people; no network runs.
 *
 * @param readings the referee's, those of its ways, and perhaps more.
 * @param matched what is shown of them at these settings, in the same order.
 * @param confidence what a method is less sure of is left out, 0 to 1.
 * @param iou of two boxes that overlap more than this, the surer one is kept, 0 to 1.
 * @param onScreen the methods that stand beside it; where they are not the referee's ways, "both" would mean the wrong
 *   ones, and its ways are named.
 */
export function readingTogether(
  readings: readonly Pick<Reading, 'method' | 'proposals'>[], matched: MatchedReadings, confidence = CONFIDENCE, iou = IOU,
  onScreen: readonly string[] = WAYS,
): [reading: string, reason: string] {
  const placeOf = (name: string): number => readings.findIndex(({ method }) => method === name);
  const [place, places, labels] = [placeOf(NAME), WAYS.map(placeOf), WAYS.map((way) => methodOf(way).label)];
  const [first, second] = places.map((way) => readings[way]!.proposals);
  const both = WAYS.every((way) => onScreen.includes(way)) ? 'both' : labels.join(' and ');
  const decisions = decide(first!, second!);
  const shown = bestRows(readings[place]!.proposals, confidence, iou);
  const reasons = new Map<string, string[]>();
  for (const { letter, rows } of matched.objects) {
    const row = rows[place]!;
    const seers = labels.filter((_, way) => rows[places[way]!] !== null);
    if (row === null && !seers.length) continue;
    const reason = row === null ? `left out, ${whoSees(seers, both)}` : reasonOf(decisions[shown[row]!]!, labels, both);
    reasons.set(reason, [...(reasons.get(reason) ?? []), letter]);
  }
  return [matched.words(place), told(reasons, both)];
}

function reasonOf(decision: Decision, labels: readonly string[], both: string): string {
  return decision.way === null ? `${both} say so` : reasonInWords(decision, labels);
}

function whoSees(seers: readonly string[], both: string): string {
  return seers.length > 1 ? `though ${both} see it` : `for only ${seers[0]} sees it`;
}

function told(reasons: ReadonlyMap<string, readonly string[]>, both: string): string {
  if (reasons.size < 2) return `${[...reasons.keys()][0] ?? `${both} see nothing`}.`;
  const ranked = [...reasons].sort(([, a], [, b]) => b.length - a.length);
  const parts = ranked.slice(0, MAX_REASONS_TOLD).map(([reason, letters]) => `${letters.join(', ')}: ${reason}`);
  return parts.join('; ') + (ranked.length <= MAX_REASONS_TOLD ? '.' : '; and others.');
}
