/** Thick straight lines on a mask, as OpenCV lays them out: a rectangle and round ends. */

import type { Raster } from './raster';
import type { Point } from './contours';

/** Sets to 1 what a line of this thickness in pixels covers. */
export function drawLine(mask: Raster, [x1, y1]: Point, [x2, y2]: Point, thickness: number): void {
  const radius = (thickness + (thickness % 2)) / 2;
  const half = (thickness + (thickness % 2 ? 1 : 0)) / 2;
  const length = Math.hypot(x2 - x1, y2 - y1);
  for (let y = Math.max(0, Math.floor(Math.min(y1, y2) - half - 1)); y <= Math.min(mask.height - 1, Math.max(y1, y2) + half + 1); y++)
    for (let x = Math.max(0, Math.floor(Math.min(x1, x2) - half - 1)); x <= Math.min(mask.width - 1, Math.max(x1, x2) + half + 1); x++) {
      const along = length ? ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length : 0;
      const across = length ? Math.abs((x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)) / length : Infinity;
      const isOn = along >= 0 && along <= length && across <= half + 0.5;
      const ends = [Math.hypot(x - x1, y - y1), Math.hypot(x - x2, y - y2)];
      if (isOn || Math.min(...ends) <= radius) mask.data[y * mask.width + x] = 1;
    }
}
