/** What a candidate is worth: the verdict of the classifier less what the grouping costs. */

import { argmax, logit, sigmoid } from '../../classifiers/calibration';
import type { Verdict } from '../../classifiers/classifier';
import constants from '../../constants.json';
import { CENSORED, type Detections, OTHER } from '../detections';
import { type Candidate } from './grouping';
import { type Group, usualSize } from './neighbours';
import { type Piece, boxGap, pieceBox, pieceSize } from './pieces';

export const { COSTS, MAX_DOT_SIZE, MAX_LOG_ODDS, MIN_LOG_LOWER } = constants['detectors.segmentation.scoring'];

/** What a symbol that is cut out of a piece is worth at most. */
export const BEST_PART_SCORE = 2 * MAX_LOG_ODDS * COSTS.odds - COSTS.part;

/** One reading of some ink as one symbol. */
export interface Hypothesis {
  readonly piece: Piece;
  readonly members: Group;
  /** It was cut out of a larger piece. */
  readonly isPart: boolean;
  /** Of the classes if it is one whole symbol. */
  readonly probabilities: readonly number[];
  /** How likely it is one whole symbol and of its likeliest class. */
  readonly certain: number;
  /** The reading's log-probability and log-odds less what its grouping costs. */
  readonly score: number;
  /** How sure the reading is if it is chosen, 0 to 1. */
  readonly confidence: number;
}

/** All that was tried on one sheet, and what was chosen. */
export interface Dissection {
  readonly pieces: readonly Piece[];
  readonly hypotheses: readonly Hypothesis[];
  readonly chosen: readonly Hypothesis[];
  /** Whether everything was tried that could have been; a drawing may be too much for that. */
  readonly isComplete: boolean;
}

/** The chosen hypotheses in the drawing's pixels. */
export function dissectionDetections({ chosen }: Dissection, scale: number): Detections {
  return chosen.map(({ piece, confidence, probabilities }) => {
    const [x1, y1, x2, y2] = pieceBox(piece);
    const box = [x1 / scale, y1 / scale, x2 / scale, y2 / scale] as const;
    return { box, confidence, classId: argmax(probabilities), probabilities, exclusive: true };
  });
}

/**
 * Probabilities with the shares that classes have on sheets.
 *
 * @param lower log of how many times lower than usual the ink is, less `MIN_LOG_LOWER`; at least 0.
 */
function reweighClasses(row: readonly number[], lower: number): number[] {
  const weighed = row.map((value, classId) => (classId < CENSORED ? value * Math.exp(-COSTS.rare_low * lower) : value));
  weighed[OTHER] = weighed[OTHER]! * Math.exp(-COSTS.rare_other);
  weighed[CENSORED] = weighed[CENSORED]! * Math.exp(-COSTS.rare_censored);
  const sum = weighed.reduce((total, value) => total + value, 0);
  return weighed.map((value) => value / sum);
}

/** What most pieces of a sheet are as high as, in pixels; 0 where fewer than two leave none to compare with. */
export function usualHeight(pieces: readonly Piece[]): number {
  return pieces.length > 1 ? usualSize(pieces.map(({ ink }) => ink.height)) : 0;
}

/** The log-odds of a probability, -14 to `MAX_LOG_ODDS`. */
function logOdds(probability: number): number {
  return Math.min(logit(Math.min(Math.max(probability, 1e-6), 1 - 1e-6)), MAX_LOG_ODDS);
}

/**
 * A candidate with its verdict as a hypothesis: its score, and how sure it is if it is chosen.
 *
 * @param members the pieces it was made of, or the one it was cut out of.
 * @param usual height of the sheet's ink in pixels.
 * @param isPart it was cut out of a larger piece.
 */
export function scoreCandidate(
  candidate: Candidate, verdict: Verdict, members: readonly Piece[], usual: number, isPart = false,
): Hypothesis {
  const lower = usual ? Math.max(0, Math.log(usual / candidate.piece.ink.height) - MIN_LOG_LOWER) : 0;
  const probabilities = reweighClasses(verdict.probabilities, lower);
  const answer = argmax(probabilities);
  const likely = probabilities[answer]!;
  let score = Math.log(Math.max(likely, 1e-6)) + COSTS.whole * Math.log(Math.max(verdict.whole, 1e-6));
  score += COSTS.odds * (logOdds(likely) + logOdds(verdict.whole));
  score -= isPart ? COSTS.part : COSTS.symbol;
  if (answer === OTHER) score -= COSTS.other + COSTS.other_joined * (members.length - 1);
  if (answer < CENSORED) score -= COSTS.low * lower;
  if (members.length > 1) {
    // The gaps that hold the group together: each member's to its nearest fellow.
    const nearest = members.map((a) => Math.min(...members.filter((b) => b !== a).map((b) => boxGap(a, b))));
    score -= (COSTS.gap * Math.max(...nearest)) / pieceSize(candidate.piece);
    const dots = members.filter((piece) => pieceSize(piece) < MAX_DOT_SIZE * pieceSize(candidate.piece)).length;
    if (answer < CENSORED) score -= COSTS.dot * dots;
  }
  const certain = Math.min(Math.max(likely * verdict.whole, 1e-6), 1 - 1e-6);
  const confidence = Math.fround(sigmoid(logit(certain) + (answer === OTHER ? COSTS.trust_other : COSTS.trust)));
  return { piece: candidate.piece, members: candidate.members, isPart, probabilities, certain, score, confidence };
}
