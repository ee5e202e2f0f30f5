/** What the page and its worker say to each other. */

import type { Reading } from '../comparison/reading';
import type { PixelSource } from '../ink/drawing';

export type Method = 'yolov3' | 'contours-cnn' | 'contours-vit' | 'referee';

/** A drawing to be read: pixels, or strokes over a square picture or over white paper. */
export interface Source {
  readonly pixels?: PixelSource;
  readonly strokes?: unknown;
  readonly side?: number;
}

/** To the worker: read a drawing; networks are loaded first where they are not yet. */
export interface Request {
  readonly id: number;
  readonly source: Source;
  /** Those that are shown; the referee and the ways it judges read, too. */
  readonly methods: readonly Method[];
}

/** The answer to a request. */
export interface Answer {
  readonly kind: 'answer';
  readonly id: number;
  /** Those that were to be shown; `readings` has more. */
  readonly methods: readonly Method[];
  readonly readings: readonly Reading[];
  readonly notes: readonly string[];
  readonly hasInk: boolean;
  readonly width: number;
  readonly height: number;
  /** The drawing as it may be shown, and as it is where these differ; PNG. */
  readonly picture: Blob;
  readonly uncensored: Blob | null;
  /** Grey level of a pen that shows on its paper, 0 or 255. */
  readonly pen: number;
}

/** It did not work; the sentence is in the user's words. */
export interface Failure {
  readonly kind: 'failure';
  readonly id: number;
  readonly sentence: string;
}

/** Bytes that have come, of those that are needed. */
export interface Progress {
  readonly kind: 'progress';
  readonly bytes: number;
  readonly total: number;
}

export type FromWorker = Answer | Failure | Progress;
