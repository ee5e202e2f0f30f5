/** What YOLOv3's raw numbers mean as boxes. */

import { logit, sigmoid, softmax } from '../../classifiers/calibration';
import type { Output } from '../../weights/engine';
import type { BoxCorners } from '../detections';

/** A prediction that may be an object. */
export interface Proposal {
  /** In input pixels. */
  readonly box: BoxCorners;
  readonly objectness: number;
  readonly probabilities: readonly number[];
}

/** Box of one cell's raw numbers: up to half a cell outside its cell, and up to four times the anchor. */
function decodeBox(raw: readonly number[], column: number, row: number, stride: number, anchor: readonly number[]): BoxCorners {
  const [x, y, w, h] = raw.slice(0, 4).map(sigmoid) as [number, number, number, number];
  const [centreX, centreY] = [(x * 2 - 0.5 + column) * stride, (y * 2 - 0.5 + row) * stride];
  const [halfWidth, halfHeight] = [((w * 2) ** 2 * anchor[0]!) / 2, ((h * 2) ** 2 * anchor[1]!) / 2];
  return [centreX - halfWidth, centreY - halfHeight, centreX + halfWidth, centreY + halfHeight].map(Math.fround) as unknown as BoxCorners;
}

/**
 * The predictions of all scales whose objectness is at least `least`; most cells are empty and cost nothing.
 *
 * @param maps one output a stride: 1, 3 * (5 + classes), height, width.
 * @param anchors of each stride three widths and heights in input pixels.
 * @param least in 0..1, ends excluded.
 */
export function decodeProposals(
  maps: readonly Output[], anchors: readonly (readonly (readonly number[])[])[], strides: readonly number[], least: number,
): Proposal[] {
  const enough = logit(least);
  return maps.flatMap(({ data, dims }, scale) => {
    const [, channels, height, width] = dims as [number, number, number, number];
    const plane = height * width;
    const each = channels / anchors[scale]!.length;
    return anchors[scale]!.flatMap((anchor, k) => {
      const found: Proposal[] = [];
      for (let cell = 0; cell < plane; cell++) {
        if (data[(k * each + 4) * plane + cell]! < enough) continue;
        const raw = Array.from({ length: each }, (_, channel) => data[(k * each + channel) * plane + cell]!);
        const box = decodeBox(raw, cell % width, Math.floor(cell / width), strides[scale]!, anchor);
        found.push({ box, objectness: sigmoid(raw[4]!), probabilities: softmax(raw.slice(5)) });
      }
      return found;
    });
  });
}
