/** What the page and its workers say to each other. */

import type { Reading } from '../comparison/reading';
import type { BoxCorners } from '../detectors/detections';
import type { Examples } from '../handwriting/examples';
import type { Glyph } from '../handwriting/paths';
import type { Choices } from '../handwriting/style';
import type { PixelSource } from '../ink/drawing';
import type { Loaded } from './downloads';

export type Method = 'yolov3' | 'contours-cnn' | 'contours-vit' | 'referee';

/** A drawing to be read: pixels, or strokes over a square picture or over white paper. */
export interface Source {
  readonly pixels?: PixelSource;
  readonly strokes?: unknown;
  readonly side?: number;
}

/**
 * To the worker: read a drawing.
 *
 * Where networks are still to come, the ways that are ready answer, and all of them once more when the others are there.
 */
export interface Request {
  readonly id: number;
  readonly source: Source;
  /** Those that are shown; the referee and the ways it judges read, too. */
  readonly methods: readonly Method[];
  /** Wait for all networks: there is to be one answer. */
  readonly isPatient: boolean;
  /** Tell what lies between the drawing and the readings. */
  readonly isInside?: boolean;
}

/** One thing that segmentation took for a symbol, and what the classifier said. */
export interface Tried {
  readonly box: BoxCorners;
  readonly classId: number;
  /** That it is one whole symbol and of this class, 0 to 1. */
  readonly certain: number;
  readonly isPart: boolean;
  readonly isChosen: boolean;
}

/** What lies between a drawing and its readings; boxes in pixels of the ink. */
export interface Inside {
  readonly ink: Blob;
  readonly width: number;
  readonly height: number;
  readonly pieces: readonly BoxCorners[];
  readonly tried: readonly Tried[];
}

/** The answer to a request. */
export interface Answer {
  readonly kind: 'answer';
  readonly id: number;
  /** Those that were to be shown; `readings` has more, or less where networks are still to come. */
  readonly methods: readonly Method[];
  readonly readings: readonly Reading[];
  readonly notes: readonly string[];
  readonly hasInk: boolean;
  readonly width: number;
  readonly height: number;
  /** The drawing as it may be shown, and as it is where these differ; PNG. */
  readonly picture: Blob;
  readonly uncensored: Blob | null;
  readonly inside: Inside | null;
  /** Grey level of a pen that shows on its paper, 0 or 255. */
  readonly pen: number;
}

/** It did not work; the sentence is in the user's words. */
export interface Failure {
  readonly kind: 'failure';
  /** Of the request; null where a network that nobody waits for can't be loaded. */
  readonly id: number | null;
  readonly sentence: string;
  /** It will not work here at all. */
  readonly isUnable: boolean;
}

/** Bytes of the runtime and of each network. */
export interface Progress {
  readonly kind: 'progress';
  readonly loaded: Loaded;
}

export type FromWorker = Answer | Failure | Progress;

/** To the worker that writes: a text in the hand that drew these digits. */
export interface WritingRequest {
  readonly id: number;
  readonly examples: Examples;
  readonly text: string;
  readonly strength: number;
  readonly seed: number;
  readonly choices: Choices;
}

/** The shapes that a digit may have in somebody's hand. */
export interface Shapes {
  readonly digit: number;
  readonly glyphs: readonly Glyph[];
}

/** The text, strokes for each character, and shapes of the digits that were not drawn. */
export interface Written {
  readonly kind: 'written';
  readonly id: number;
  readonly glyphs: readonly Glyph[];
  readonly shapes: readonly Shapes[];
}

/** It could not be written; the sentence is in the user's words. */
export interface WritingFailure {
  readonly kind: 'refused';
  readonly id: number;
  readonly sentence: string;
}
