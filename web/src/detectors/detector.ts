/** What every detector is: a sheet in, detections out. */

import constants from '../constants.json';
import type { Sheet } from '../ink/sheet';
import type { Detections } from './detections';
import { suppress } from './suppression';

export const { CONFIDENCE, IOU, MIN_CONFIDENCE } = constants['detectors.detector'];

export interface Detector {
  /** As registered. */
  readonly name: string;
  /** Whose readings this one judges; none where it looks at the drawing itself. */
  readonly ways?: readonly Detector[];
  /** Everything of confidence `MIN_CONFIDENCE` or more, before non-maximum suppression. */
  propose(sheet: Sheet): Promise<Detections>;
}

/** As `propose`, but a sheet that this detector has read is not read again: it keeps what was found. */
export function proposalsOn(sheet: Sheet, detector: Detector): Promise<Detections> {
  return sheet.step(`proposals of ${detector.name}`, () => detector.propose(sheet));
}

/**
 * Rows of the proposals of at least this confidence after non-maximum suppression, most confident first.
 *
 * What has its ink for itself stays, however much its box overlaps others: touching digits are no copies.
 */
export function bestRows(proposals: Detections, confidence = CONFIDENCE, iou = IOU): number[] {
  const rows = [...proposals.keys()].filter((row) => proposals[row]!.confidence >= confidence);
  const kept = suppress(rows.map((row) => proposals[row]!.box), rows.map((row) => proposals[row]!.confidence), iou);
  const stays = new Set(kept.map((k) => rows[k]!));
  for (const row of rows) if (proposals[row]!.exclusive && proposals[row]!.confidence >= CONFIDENCE) stays.add(row);
  return stays.size === kept.length ? [...stays]
    : [...stays].sort((a, b) => proposals[b]!.confidence - proposals[a]!.confidence || a - b);
}

/** Proposals of at least this confidence after non-maximum suppression, most confident first. */
export function keepBest(proposals: Detections, confidence = CONFIDENCE, iou = IOU): Detections {
  return bestRows(proposals, confidence, iou).map((row) => proposals[row]!);
}
