/** The order in which a sheet's candidates are shown to the classifier, and the reading that wins. */

import type { Verdict } from '../../classifiers/classifier';
import constants from '../../constants.json';
import type { Sheet } from '../../ink/sheet';
import {
  Budget, type Candidate, type Groupings, bestPartition, cutSheetPiece, findGroupings, partCandidate,
} from './grouping';
import type { Group } from './neighbours';
import { type Piece, hasAllPieces, sheetPieces } from './pieces';
import { BEST_PART_SCORE, COSTS, type Dissection, type Hypothesis, scoreCandidate, usualHeight } from './scoring';

const { MAX_ENDS_AT_ONCE, MIN_ROW_SCORE } = constants['detectors.segmentation.search'];

interface Row {
  readonly total: number;
  readonly runs: readonly number[];
}

/**
 * Looks from left to right for runs that together take every part of a row exactly once, scoring few of them.
 *
 * A row is the parts of one cut piece from left to right; an end is a number of parts already taken.  Only runs that
 * begin where a likely reading of the parts before them ends are asked about, a few ends at a time, the likeliest
 * first.  What is further below the bar than one more run can lift it is given up.
 */
export class RowSearch {
  private readonly end: number;
  private readonly scores = new Map<number, number>();
  private best = new Map<number, Row>([[0, { total: 0, runs: [] }]]);
  private readonly begun = new Set<number>();
  private asked: number[];

  /**
   * @param bar what the sum of scores has to exceed.
   * @param most the largest score that a run can have.
   */
  constructor(private readonly runs: readonly Group[], private readonly bar: number, private readonly most: number) {
    this.end = Math.max(0, ...runs.map((run) => run.at(-1)! + 1));
    this.asked = this.open();
  }

  /** Indices of the runs whose scores are asked for next; empty when done. */
  pending(): readonly number[] {
    return this.asked;
  }

  /** The scores of what is pending, in its order. */
  receive(scores: readonly number[]): void {
    if (!this.asked.length) return;
    this.asked.forEach((k, place) => this.scores.set(k, scores[place]!));
    this.best = this.bestRows();
    this.asked = this.open();
  }

  /** Indices of the runs with the largest sum found, from left to right; empty where none exceeds the bar. */
  result(): readonly number[] {
    const row = this.best.get(this.end);
    return row && row.total > this.bar ? row.runs : [];
  }

  /** The runs that begin at the likeliest ends which have not been read on yet. */
  private open(): number[] {
    const top = Math.max(this.bar, MIN_ROW_SCORE, this.best.get(this.end)?.total ?? -Infinity);
    const starts = new Set(this.runs.map((run) => run[0]!).filter((start) => !this.begun.has(start)));
    const chosen = [...this.best]
      .filter(([end, { total }]) => starts.has(end) && total + this.most > top)
      .sort(([, a], [, b]) => b.total - a.total)
      .slice(0, MAX_ENDS_AT_ONCE)
      .map(([end]) => end);
    chosen.forEach((end) => this.begun.add(end));
    return [...this.runs.keys()].filter((k) => chosen.includes(this.runs[k]![0]!));
  }

  /** For each end the best chain of scored runs from the first part up to it. */
  private bestRows(): Map<number, Row> {
    const best = new Map<number, Row>([[0, { total: 0, runs: [] }]]);
    for (const k of [...this.scores.keys()].sort((a, b) => this.runs[a]!.at(-1)! - this.runs[b]!.at(-1)!)) {
      const before = best.get(this.runs[k]![0]!);
      if (!before) continue;
      const end = this.runs[k]!.at(-1)! + 1;
      const total = before.total + this.scores.get(k)!;
      if (total > (best.get(end)?.total ?? -Infinity)) best.set(end, { total, runs: [...before.runs, k] });
    }
    return best;
  }
}

/** About how long the longer side of a symbol is that is cut out of a piece, in pixels. */
function longerSideOfParts({ ink }: Piece): number {
  return Math.max(ink.height, Math.floor(ink.width / 3));
}

/** One piece of a sheet while it is read as several symbols. */
class CutReading {
  readonly read = new Map<number, Hypothesis>(); // by the index of the run
  private readonly runs: readonly Group[];
  private readonly search: RowSearch;
  private asked: readonly Candidate[];
  private isGivenUp = false;

  /**
   * @param asOne score of the piece as one symbol, which the symbols together have to exceed by the cost of cutting.
   * @param budget of the sheet; the piece stays one symbol where it runs out.
   */
  constructor(private readonly sheet: Sheet, private readonly number: number, asOne: number, private readonly budget: Budget) {
    this.runs = cutSheetPiece(sheet, number).runs;
    this.search = new RowSearch(this.runs, asOne + COSTS.several, BEST_PART_SCORE);
    this.asked = this.open();
  }

  pending(): readonly Candidate[] {
    return this.asked;
  }

  receive(verdicts: readonly Verdict[]): void {
    if (!this.asked.length) return;
    const runs = this.search.pending();
    const pieces = sheetPieces(this.sheet);
    const [whole, usual] = [[pieces[this.number]!], usualHeight(pieces)];
    runs.forEach((k, place) => this.read.set(k, scoreCandidate(this.asked[place]!, verdicts[place]!, whole, usual, true)));
    this.search.receive(runs.map((k) => this.read.get(k)!.score));
    this.asked = this.open();
  }

  /** The symbols from left to right; none where they are no better than the piece as one. */
  result(): Hypothesis[] {
    return this.isGivenUp ? [] : this.search.result().map((k) => this.read.get(k)!);
  }

  private open(): Candidate[] {
    const runs = this.search.pending();
    const size = longerSideOfParts(sheetPieces(this.sheet)[this.number]!);
    this.isGivenUp = !this.budget.take(runs.map(() => size));
    return this.isGivenUp ? [] : runs.map((k) => partCandidate(this.sheet, this.number, this.runs[k]!));
  }
}

/** One sheet while it is read: first every grouping of its pieces, then doubtful pieces cut up, wave by wave. */
export class SheetReading {
  private readonly pieces: readonly Piece[];
  private readonly groupings: Groupings;
  private readonly read: Hypothesis[] = []; // of each candidate
  private readonly cuts = new Map<Hypothesis, CutReading>();
  private readonly budget = new Budget();

  constructor(private readonly sheet: Sheet) {
    this.pieces = sheetPieces(sheet);
    this.groupings = findGroupings(sheet, COSTS.reach);
    this.budget.take(this.groupings.candidates.map(({ piece }) => Math.max(piece.ink.width, piece.ink.height)));
  }

  /** What the classifier is asked next; empty when done. */
  pending(): readonly Candidate[] {
    if (!this.read.length) return this.groupings.candidates;
    return [...this.cuts.values()].flatMap((cut) => cut.pending());
  }

  /** The verdicts on what is pending, in its order. */
  receive(verdicts: readonly Verdict[]): void {
    if (this.read.length) {
      let from = 0;
      for (const cut of this.cuts.values()) {
        const count = cut.pending().length;
        cut.receive(verdicts.slice(from, from + count));
        from += count;
      }
      return;
    }
    const usual = usualHeight(this.pieces);
    this.groupings.candidates.forEach((candidate, k) => {
      const members = candidate.members.map((member) => this.pieces[member]!);
      this.read.push(scoreCandidate(candidate, verdicts[k]!, members, usual));
    });
    for (const each of this.read) {
      if (each.members.length !== 1 || each.certain >= COSTS.sure) continue;
      // To cut it costs about what one crop does.
      if (this.budget.take([longerSideOfParts(each.piece)]))
        this.cuts.set(each, new CutReading(this.sheet, each.members[0]!, each.score, this.budget));
    }
  }

  /** Everything that was tried and chosen. */
  result(): Dissection {
    // The best reading of each group: as one symbol, or cut into several.
    const best = this.read.map((hypothesis) => {
      const symbols = this.cuts.get(hypothesis)?.result() ?? [];
      return symbols.length ? symbols : [hypothesis];
    });
    const scores = best.map((symbols) =>
      symbols.reduce((sum, { score }) => sum + score, 0) - (symbols.length > 1 ? COSTS.several : 0));
    const chosen = this.groupings.clusters.flatMap((cluster) => {
      const mine = [...this.read.keys()].filter((k) => cluster.includes(this.read[k]!.members[0]!));
      const parts = bestPartition(mine.map((k) => this.read[k]!.members), mine.map((k) => scores[k]!));
      return parts.flatMap((place) => best[mine[place]!]!);
    });
    const parts = [...this.cuts.values()].flatMap((cut) => [...cut.read.values()]);
    return {
      pieces: this.pieces,
      hypotheses: [...this.read, ...parts],
      chosen,
      isComplete: this.groupings.kept && this.budget.kept && hasAllPieces(this.sheet),
    };
  }
}
