/** Which pieces may make one symbol, and the best way to share out all pieces among groups. */

import type { Crop } from '../../classifiers/crop';
import constants from '../../constants.json';
import type { Sheet } from '../../ink/sheet';
import { cutPiece } from './cuts';
import { type Group, MAX_SPECK_SIZE, findClusters, findNeighbours, usualSize } from './neighbours';
import { type Piece, joinPieces, measurePen, pieceBox, pieceSize, sheetPieces } from './pieces';
import { cropPiece } from './place';

const {
  MAX_CANDIDATES, MAX_CLUSTER_PIECES, MAX_CROP_PIXELS, MAX_RUN_ASPECT, MIN_REACH, MIN_STRANGER_SHARE, REACH_STEP,
} = constants['detectors.segmentation.grouping'];

/** Some ink of a sheet that may be one symbol. */
export interface Candidate {
  readonly members: Group;
  readonly piece: Piece;
  /** The ink as the classifiers take it. */
  readonly crop: Crop;
}

function candidateOf(sheet: Sheet, members: Group, pieces: readonly Piece[]): Candidate {
  const piece = joinPieces(members.map((k) => pieces[k]!));
  return { members, piece, crop: cropPiece(sheet, piece) };
}

/** What reading one sheet may still cost. */
export class Budget {
  /** Whether everything asked for was granted. */
  kept = true;
  private candidates = MAX_CANDIDATES;
  private pixels = MAX_CROP_PIXELS;

  /** Whether candidates of these sizes (longer sides in pixels) may be read; if so, they are charged. */
  take(sizes: readonly number[]): boolean {
    const pixels = sizes.reduce((sum, size) => sum + size * size, 0);
    const isGranted = sizes.length <= this.candidates && pixels <= this.pixels;
    if (isGranted) {
      this.candidates -= sizes.length;
      this.pixels -= pixels;
    }
    this.kept &&= isGranted;
    return isGranted;
  }
}

/** What a sheet's pieces may be put together to. */
export interface Groupings {
  /** The neighbourhoods of its pieces. */
  readonly clusters: readonly Group[];
  /** Every group of neighbours; of neighbourhoods that the budget had no room for, only single pieces. */
  readonly candidates: readonly Candidate[];
  /** Whether there was room for all. */
  readonly kept: boolean;
}

function compareGroups(a: Group, b: Group): number {
  if (a.length !== b.length) return a.length - b.length;
  const k = a.findIndex((member, place) => member !== b[place]);
  return k < 0 ? 0 : a[k]! - b[k]!;
}

/** Every connected set of a few pieces of a neighbourhood (fewer the larger it is), and the whole of it. */
export function enumerateGroups(cluster: Group, near: readonly (readonly boolean[])[]): Group[] {
  const found = new Map<string, Group>(cluster.map((k) => [`${k}`, [k]]));
  if (cluster.length <= MAX_CLUSTER_PIECES) {
    const most = cluster.length <= 6 ? 4 : cluster.length <= 9 ? 3 : 2;
    let frontier = [...found.values()];
    for (let size = 1; size < Math.min(most, cluster.length); size++) {
      const next = new Map<string, Group>();
      for (const group of frontier)
        for (const j of cluster) {
          if (group.includes(j) || !group.some((member) => near[member]![j])) continue;
          const larger = [...group, j].sort((a, b) => a - b);
          next.set(larger.join(), larger);
        }
      next.forEach((group, key) => found.set(key, group));
      frontier = [...next.values()];
    }
  }
  found.set(cluster.join(), cluster);
  return [...found.values()].sort(compareGroups);
}

/** Every run of neighbours among the parts of a cut piece that is not too wide, but not all of them at once. */
export function enumerateRuns(parts: readonly Piece[]): Group[] {
  const boxes = parts.map(pieceBox);
  const found: Group[] = [];
  for (let first = 0; first < parts.length; first++)
    for (let last = first + 1; last <= parts.length; last++) {
      const run = boxes.slice(first, last);
      const width = Math.max(...run.map((box) => box[2])) - Math.min(...run.map((box) => box[0]));
      const height = Math.max(...run.map((box) => box[3])) - Math.min(...run.map((box) => box[1]));
      if (last - first < parts.length && (last === first + 1 || width <= MAX_RUN_ASPECT * height))
        found.push(Array.from({ length: last - first }, (_, k) => first + k));
    }
  return found;
}

/**
 * Groups that together take every member exactly once, with the largest sum of scores: indices into `groups`.
 *
 * Dynamic programming over the set of members not yet taken; the next group always takes the first of them, so each
 * partition is met once.
 */
export function bestPartition(groups: readonly Group[], scores: readonly number[]): number[] {
  const members = [...new Set(groups.flat())].sort((a, b) => a - b);
  const sum = (chosen: readonly number[]): number => chosen.reduce((total, k) => total + scores[k]!, 0);
  if (members.length > MAX_CLUSTER_PIECES) {
    const whole = [...groups.keys()].filter((k) => groups[k]!.length === members.length);
    const apart = bestOfParts(groups, scores, [...groups.keys()].filter((k) => groups[k]!.length < members.length));
    return whole.length && (!apart.length || sum(whole) >= sum(apart)) ? whole : apart;
  }
  const masks = groups.map((group) => group.reduce((mask, member) => mask | (1 << members.indexOf(member)), 0));
  const best = new Map<number, readonly [number, number[]]>([[0, [0, []]]]);
  const solve = (left: number): readonly [number, number[]] => {
    const known = best.get(left);
    if (known) return known;
    const first = left & -left;
    let choice: readonly [number, number[]] = [-Infinity, []];
    masks.forEach((mask, k) => {
      if (!(mask & first) || (mask & left) !== mask) return;
      const [rest, chosen] = solve(left ^ mask);
      if (scores[k]! + rest > choice[0]) choice = [scores[k]! + rest, [k, ...chosen]];
    });
    best.set(left, choice);
    return choice;
  };
  return solve((1 << members.length) - 1)[1];
}

/** The best of a large neighbourhood's smaller groups: of each part of it, or one by one where it has no parts. */
function bestOfParts(groups: readonly Group[], scores: readonly number[], among: readonly number[]): number[] {
  const partOf = new Map<number, Set<number>>();
  for (const k of among) {
    const joined = new Set(groups[k]!.flatMap((member) => [member, ...(partOf.get(member) ?? [])]));
    for (const member of joined) partOf.set(member, joined);
  }
  const parts = [...new Set(partOf.values())];
  if (parts.length === 1 && partOf.size > MAX_CLUSTER_PIECES && among.every((k) => groups[k]!.length < partOf.size))
    return among.filter((k) => groups[k]!.length === 1);
  return parts.flatMap((part) => {
    const mine = among.filter((k) => part.has(groups[k]![0]!));
    return bestPartition(mine.map((k) => groups[k]!), mine.map((k) => scores[k]!)).map((place) => mine[place]!);
  });
}

/** Groups of a neighbourhood; one too large to search is taken as a whole, and apart where its gaps are widest. */
function groupsWithin(pieces: readonly Piece[], cluster: Group, reach: readonly number[], usual: number): Group[] {
  const near = findNeighbours(cluster.map((k) => pieces[k]!), reach, usual);
  const parts = findClusters(near);
  const inCluster = (group: Group): Group => group.map((k) => cluster[k]!);
  let found: Group[];
  if (parts.length === 1 && cluster.length > MAX_CLUSTER_PIECES && Math.min(...reach) > MIN_REACH)
    found = [cluster, ...groupsWithin(pieces, cluster, reach.map((each) => REACH_STEP * each), REACH_STEP * usual)];
  else if (parts.length > 1) found = parts.flatMap((part) => groupsWithin(pieces, inCluster(part), reach, usual));
  else found = enumerateGroups(parts[0]!, near).map(inCluster);
  return [...new Map(found.map((group) => [group.join(), group])).values()].sort(compareGroups);
}

/**
 * The groups but for those of several pieces in whose box stands another piece that is no speck.
 *
 * A bar and one digit of the number below it are no 7, for in the box of both stand the number's other digits; and what
 * is in a ring belongs to it whole or not at all.
 */
export function dropMixed(groups: readonly Group[], pieces: readonly Piece[], usual: number): Group[] {
  const boxes = pieces.map(pieceBox);
  return groups.filter((group) => {
    if (group.length === 1) return true;
    const own = group.map((k) => boxes[k]!);
    const [left, top] = [Math.min(...own.map((box) => box[0])), Math.min(...own.map((box) => box[1]))];
    const [right, bottom] = [Math.max(...own.map((box) => box[2])), Math.max(...own.map((box) => box[3]))];
    return !boxes.some(([x1, y1, x2, y2], k) => {
      if (group.includes(k) || pieceSize(pieces[k]!) < MAX_SPECK_SIZE * usual) return false;
      const inside = Math.max(0, Math.min(x2, right) - Math.max(x1, left)) * Math.max(0, Math.min(y2, bottom) - Math.max(y1, top));
      return inside >= MIN_STRANGER_SHARE * (x2 - x1) * (y2 - y1);
    });
  });
}

/** Longer side in pixels of several pieces together. */
function joinedSize(pieces: readonly Piece[], group: Group): number {
  const boxes = group.map((k) => pieceBox(pieces[k]!));
  const width = Math.max(...boxes.map((box) => box[2])) - Math.min(...boxes.map((box) => box[0]));
  const height = Math.max(...boxes.map((box) => box[3])) - Math.min(...boxes.map((box) => box[1]));
  return Math.max(width, height);
}

/** Every grouping of the pieces of a sheet, made once. */
export function findGroupings(sheet: Sheet, reach: readonly number[]): Groupings {
  return sheet.step('groupings', () => {
    const pieces = sheetPieces(sheet);
    const usual = usualSize(pieces.map(pieceSize));
    const clusters = findClusters(findNeighbours(pieces, reach, usual));
    const budget = new Budget();
    budget.take(pieces.map(pieceSize));
    const groups = new Map<Group, Group[]>();
    for (const cluster of [...clusters].sort((a, b) => a.length - b.length)) {
      const found = dropMixed(groupsWithin(pieces, cluster, reach, usual), pieces, usual);
      const joined = found.filter((group) => group.length > 1);
      const isGranted = budget.take(joined.map((group) => joinedSize(pieces, group)));
      groups.set(cluster, isGranted ? found : found.slice(0, cluster.length));
    }
    const candidates = clusters.flatMap((cluster) => groups.get(cluster)!.map((group) => candidateOf(sheet, group, pieces)));
    return { clusters, candidates, kept: budget.kept };
  });
}

/** The parts of one piece of a sheet, from left to right, and every run of them. */
export function cutSheetPiece(sheet: Sheet, number: number): { parts: Piece[]; runs: Group[] } {
  return sheet.step(`parts ${number}`, () => {
    const parts = cutPiece(sheetPieces(sheet)[number]!, measurePen(sheet));
    return { parts, runs: enumerateRuns(parts) };
  });
}

/** A run of the parts of one piece of a sheet. */
export function partCandidate(sheet: Sheet, number: number, run: Group): Candidate {
  return sheet.step(`part candidate ${number} ${run.join()}`, () => candidateOf(sheet, run, cutSheetPiece(sheet, number).parts));
}
