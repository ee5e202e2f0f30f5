/** Detection: the whole drawing through YOLOv3 once. */

import constants from '../../constants.json';
import { argmax, logit, sigmoid } from '../../classifiers/calibration';
import type { Sheet } from '../../ink/sheet';
import { type Raster, clamp, countNonZero } from '../../pixels/raster';
import type { Engine } from '../../weights/engine';
import { inContext } from '../context';
import type { BoxCorners, Detections } from '../detections';
import { type Detector, MIN_CONFIDENCE, keepBest } from '../detector';
import { suppress } from '../suppression';
import { decodeProposals } from './decode';
import { dropGhosts } from './ghosts';
import { type Frame, enlarge, renderFrame, toSheet } from './letterbox';
import { framePage } from './pages';
import { unexplainedInk } from './second_look';

const { STRIDES } = constants['models.classes'];
const { COPY_IOU, MAX_PROPOSALS, TRAINING_SHARES } = constants['detectors.yolov3.detector'];

/** What the network's card says of it. */
export interface YOLOv3Card {
  readonly config: { readonly anchors: readonly (readonly (readonly number[])[])[] };
  readonly calibration: { readonly scale: number; readonly shift: number };
}

export class YOLOv3Detector implements Detector {
  readonly name = 'yolov3';

  constructor(private readonly engine: Engine, private readonly card: YOLOv3Card) {}

  /** A drawing, or some of its ink, as network inputs, mostly one: the ink, and what of the drawing it shows. */
  frames(sheet: Sheet, ink = sheet.ink): { ink: Raster; frame: Frame }[] {
    return framePage(ink).map((frame) => ({ ink: renderFrame(ink, frame), frame: enlarge(frame, 1 / sheet.scale) }));
  }

  async propose(sheet: Sheet): Promise<Detections> {
    return inContext(dropGhosts(await this.proposeAlone(sheet), sheet.ink, sheet.scale), TRAINING_SHARES);
  }

  /** As `propose`, each object taken by itself. */
  async proposeAlone(sheet: Sheet): Promise<Detections> {
    const found = await this.look(sheet, sheet.ink);
    const shown = keepBest(found);
    const left = shown.length
      ? unexplainedInk(sheet.ink, shown.map(({ box }) => box.map((value) => value * sheet.scale) as unknown as BoxCorners)) : null;
    const all = left ? [...found, ...await this.look(sheet, left)] : found;
    const surest = new Set([...all.keys()].sort((a, b) => all[b]!.confidence - all[a]!.confidence || a - b).slice(0, MAX_PROPOSALS));
    return all.filter((_, k) => surest.has(k));
  }

  /** What the network finds in some of the ink of a drawing. */
  private async look(sheet: Sheet, ink: Raster): Promise<Detections> {
    const found: Detections[] = [];
    for (const { ink: seen, frame } of this.frames(sheet, ink))
      if (countNonZero(seen)) found.push(await this.read(seen, frame, sheet.image));
    return found.flat();
  }

  private async read(ink: Raster, frame: Frame, drawing: Raster): Promise<Detections> {
    const { scale, shift } = this.card.calibration;
    const input = Float32Array.from(ink.data, (value) => value / 255);
    // No class probability lifts the confidence above the objectness: what is lower need not be looked at.
    const least = sigmoid((logit(MIN_CONFIDENCE) - shift) / scale);
    const maps = await this.engine(input, [1, 1, ink.height, ink.width]);
    const seen = decodeProposals(maps, this.card.config.anchors, STRIDES, least)
      .map((each) => {
        const certain = clamp(each.objectness * Math.max(...each.probabilities), 1e-6, 1 - 1e-6);
        return { ...each, classId: argmax(each.probabilities), confidence: Math.fround(sigmoid(logit(certain) * scale + shift)) };
      })
      .filter(({ confidence }) => confidence >= MIN_CONFIDENCE);
    // Only exact copies of one object from several anchors go here; what the page's slider decides stays.
    const kept = suppress(seen.map(({ box }) => box), seen.map(({ confidence }) => confidence), COPY_IOU, seen.map(({ classId }) => classId));
    return kept.slice(0, MAX_PROPOSALS).map((k) => {
      const { box, confidence, classId, probabilities } = seen[k]!;
      const [x1, y1, x2, y2] = toSheet(frame, box);
      const corners: BoxCorners = [clamp(x1, 0, drawing.width), clamp(y1, 0, drawing.height), clamp(x2, 0, drawing.width), clamp(y2, 0, drawing.height)];
      return { box: corners, confidence, classId, probabilities };
    });
  }
}
