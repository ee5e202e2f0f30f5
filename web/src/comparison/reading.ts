/** One drawing through every method: what the page and `window.digitDuel.read` show. */

import constants from '../constants.json';
import { type Detections, detectionsToJson } from '../detectors/detections';
import { CONFIDENCE, type Detector, IOU, keepBest, proposalsOn } from '../detectors/detector';
import type { Sheet } from '../ink/sheet';
import { agreementToJson, compareMatched } from './agreement';
import { matchReadings } from './objects';

const { UNEVEN_LIGHT } = constants['comparison.reading'];

/** What one method found on a drawing: its proposals before any threshold, and how long it took. */
export interface Reading {
  readonly method: string;
  readonly proposals: Detections;
  readonly milliseconds: number;
}

/** What a person has to know of a drawing beside its readings, in sentences. */
export function sheetNotes(sheet: Sheet): string[] {
  return [...(sheet.paper.certain ? [] : [UNEVEN_LIGHT]), ...sheet.notes];
}

/** Finds the ink that all detectors need, and gives the milliseconds that it took. */
export function findInk(sheet: Sheet): number {
  const started = performance.now();
  void sheet.hasInk;
  return performance.now() - started;
}

/**
 * Runs every detector on a drawing; the time of each counts the ink that all of them need, and the ways it judges.
 *
 * @param shared milliseconds that the ink has taken.
 */
export async function readSheet(sheet: Sheet, detectors: readonly Detector[], shared = findInk(sheet)): Promise<Reading[]> {
  const readings: Reading[] = [];
  const spent = new Map<string, number>();
  for (const detector of detectors) {
    const begun = performance.now();
    const proposals = await proposalsOn(sheet, detector);
    const ways = (detector.ways ?? []).reduce((sum, way) => sum + (spent.get(way.name) ?? 0), 0);
    spent.set(detector.name, performance.now() - begun + ways);
    readings.push({ method: detector.name, proposals, milliseconds: shared + spent.get(detector.name)! });
  }
  return readings;
}

/** What the server's endpoint answers: every method's reading, all in one reading order, and where each pair agrees. */
export function readingsToJson(readings: readonly Reading[], confidence = CONFIDENCE, iou = IOU) {
  const shown = readings.map(({ proposals }) => keepBest(proposals, confidence, iou));
  const matched = matchReadings(shown);
  const pairs = readings.flatMap(({ method: a }, i) => readings.slice(i + 1).map(({ method: b }, k) =>
    [`${a} / ${b}`, agreementToJson(compareMatched(matched, i, i + 1 + k, [a, b]))] as const));
  return {
    methods: Object.fromEntries(readings.map(({ method, milliseconds }, k) => [method, {
      reading: matched.text(k),
      milliseconds: Math.round(milliseconds * 100) / 100,
      detections: detectionsToJson(shown[k]!),
    }])),
    agreement: { agree: pairs.every(([, pair]) => pair.agree), pairs: Object.fromEntries(pairs) },
  };
}
