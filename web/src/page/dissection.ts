/** What the worker tells of the way from a drawing to its readings. */

import { argmax } from '../classifiers/calibration';
import type { SegmentationDetector } from '../detectors/segmentation/detector';
import { pieceBox } from '../detectors/segmentation/pieces';
import type { Sheet } from '../ink/sheet';
import { mapPixels } from '../pixels/raster';
import type { Inside } from './messages';
import { toPng } from './png';

const MAX_TOLD = 60; // things tried, the likeliest first: a person looks at no more

/** The ink, the pieces that hang together in it, and what the classifier said of them, joined and cut. */
export async function lookInside(sheet: Sheet, detector: SegmentationDetector): Promise<Inside> {
  const { pieces, hypotheses, chosen } = await detector.dissect(sheet);
  const { width, height, data } = mapPixels(sheet.ink, (value) => 255 - value);
  const ink = { width, height, channels: 3, data: new Uint8Array(3 * data.length) };
  data.forEach((value, at) => ink.data.fill(value, 3 * at, 3 * at + 3));
  const tried = [...hypotheses].sort((a, b) => Number(chosen.includes(b)) - Number(chosen.includes(a)) || b.certain - a.certain)
    .slice(0, MAX_TOLD)
    .map((each) => ({
      box: pieceBox(each.piece), classId: argmax(each.probabilities), certain: each.certain, isPart: each.isPart, isChosen: chosen.includes(each),
    }));
  return { ink: await toPng(ink), width, height, pieces: pieces.map(pieceBox), tried };
}
