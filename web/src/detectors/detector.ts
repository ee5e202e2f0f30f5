/** What every detector is: a sheet in, detections out. */

import constants from '../constants.json';
import type { Sheet } from '../ink/sheet';
import type { Detections } from './detections';
import { suppress } from './suppression';

export const { CONFIDENCE, IOU, MIN_CONFIDENCE } = constants['detectors.detector'];

export interface Detector {
  /** As registered. */
  readonly name: string;
  /** Everything of confidence `MIN_CONFIDENCE` or more, before non-maximum suppression. */
  propose(sheet: Sheet): Promise<Detections>;
}

/** Proposals of at least this confidence after non-maximum suppression, most confident first. */
export function keepBest(proposals: Detections, confidence = CONFIDENCE, iou = IOU): Detections {
  const shown = proposals.filter((each) => each.confidence >= confidence);
  return suppress(shown.map(({ box }) => box), shown.map((each) => each.confidence), iou).map((k) => shown[k]!);
}
