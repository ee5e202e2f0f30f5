/** What two ways see on one drawing, object by object, as numbers that evidence can be weighed by. */

import { argmax, logit, softmax } from '../classifiers/calibration';
import constants from '../constants.json';
import { clamp, median } from '../pixels/raster';
import { type BoxCorners, CENSORED, type Detections, OTHER } from './detections';
import { CONFIDENCE, keepBest } from './detector';
import { MIN_OBJECT_IOU, bestPairs, objectOverlap } from './matching';

const { BOX_WEIGHTS, MAX_GAP, MAX_LOGIT, MIN_CANDIDATE_CONFIDENCE, MIN_CLAIMED_SHARE, MIN_GAP, MIN_SETTLED_OVERLAP } = constants['detectors.fusion'];
const { NUM_CLASSES } = constants['detectors.detections'];

/** The place of one of two ways. */
export type Way = 0 | 1;

/** Something of each of the two ways. */
export type Both<Each> = readonly [Each, Each];

/** What a way says of a place on the drawing. */
interface Opinion {
  readonly confidence: number;
  /** Of the twelve classes; even where the way proposes nothing. */
  readonly probabilities: readonly number[];
}

/** What either of two ways sees. */
export interface Candidate {
  /** Weighted by `BOX_WEIGHTS` where both have one. */
  readonly box: BoxCorners;
  /** By which way. */
  readonly seen: Both<boolean>;
  /** Each way's; where a way does not see it, that of its surest proposal there. */
  readonly opinions: Both<Opinion>;
}

/** Some ink that the ways cut differently: the rows that the first way sees of it, and those of the second. */
export type Contest = Both<readonly number[]>;

export interface Candidates {
  readonly objects: readonly Candidate[];
  readonly contests: readonly Contest[];
}

function forBoth<Each>(of: (way: Way) => Each): Both<Each> {
  return [of(0), of(1)];
}

/** What either way sees on one drawing, from the proposals of both: pairs first, then what only one of them sees. */
export function findCandidates(...proposals: Both<Detections>): Candidates {
  const readings = forBoth((way) => keepBest(proposals[way], MIN_CANDIDATE_CONFIDENCE));
  const { pairs, contested } = pairBoxes(...readings);
  const single = (way: Way): number[] => [...readings[way].keys()].filter((row) => !pairs.some((pair) => pair[way] === row));
  const groups: Both<number | null>[] = [
    ...pairs,
    ...single(0).map((row) => [row, null] as const),
    ...single(1).map((row) => [null, row] as const),
  ];
  const objects = groups.map((rows): Candidate => {
    const own = forBoth((way) => (rows[way] === null ? null : readings[way][rows[way]]!));
    const box = meanBox(own);
    return { box, seen: forBoth((way) => own[way] !== null), opinions: forBoth((way) => own[way] ?? surestAt(box, proposals[way])) };
  });
  const places = (rows: readonly number[], way: Way): number[] => rows.map((row) => groups.findIndex((group) => group[way] === row));
  return { objects, contests: contested.map(([first, second]) => [places(first, 0), places(second, 1)]) };
}

/** The box of what one way or both have found. */
function meanBox([first, second]: Both<{ readonly box: BoxCorners } | null>): BoxCorners {
  if (!first || !second) return (first ?? second)!.box;
  return first.box.map((edge, k) => edge * BOX_WEIGHTS[0]! + second.box[k]! * BOX_WEIGHTS[1]!) as unknown as BoxCorners;
}

/** A way's surest proposal for a box. */
function surestAt(box: BoxCorners, proposals: Detections): Opinion {
  const nothing: Opinion = { confidence: 0, probabilities: new Array<number>(NUM_CLASSES).fill(1 / NUM_CLASSES) };
  return proposals.filter((each) => objectOverlap(box, each.box) >= MIN_OBJECT_IOU)
    .reduce<Opinion>((surest, each) => (each.confidence > surest.confidence ? each : surest), nothing);
}

/** Which boxes of both ways are one object, and which claim the same ink without being so; rows of each. */
function pairBoxes(first: Detections, second: Detections): { pairs: Both<number>[]; contested: Contest[] } {
  const overlap = first.map((a) => second.map((b) => objectOverlap(a.box, b.box)));
  const pairs: Both<number>[] = bestPairs(overlap, MIN_SETTLED_OVERLAP);
  const [settledFirst, settledSecond] = forBoth((way) => new Set(pairs.map((pair) => pair[way])));
  const claims = first.map((a, i) => second.map((b, j) =>
    a.confidence >= CONFIDENCE && !settledFirst.has(i) && b.confidence >= CONFIDENCE && !settledSecond.has(j)
    && sharedArea(a.box, b.box) >= MIN_CLAIMED_SHARE));
  const contested: Contest[] = [];
  for (const [rows, columns] of components(claims)) {
    const [i, j] = [rows[0]!, columns[0]!];
    if (rows.length === 1 && columns.length === 1 && overlap[i]![j]! >= MIN_OBJECT_IOU) pairs.push([i, j]);
    else contested.push([rows, columns]);
  }
  const taken = forBoth((way) => new Set([...contested.flatMap((part) => part[way]), ...pairs.map((pair) => pair[way])]));
  const left = [...first.keys()].filter((row) => !taken[0].has(row));
  const right = [...second.keys()].filter((row) => !taken[1].has(row));
  const rest = bestPairs(left.map((i) => right.map((j) => overlap[i]![j]!)), MIN_OBJECT_IOU);
  return { pairs: [...pairs, ...rest.map(([i, j]) => [left[i]!, right[j]!] as const)], contested };
}

/** Rows and columns of a table that are joined by true entries; those with none are left out. */
function components(claims: readonly (readonly boolean[])[]): Contest[] {
  const found: Contest[] = [];
  claims.forEach((claim, start) => {
    if (!claim.includes(true) || found.some(([known]) => known.includes(start))) return;
    const [rows, columns] = [new Set([start]), new Set<number>()];
    for (const row of rows) // which grow meanwhile
      claims[row]!.forEach((isClaimed, column) => {
        if (!isClaimed) return;
        columns.add(column);
        claims.forEach((other, k) => other[column] && rows.add(k));
      });
    found.push([[...rows], [...columns]]);
  });
  return found;
}

/** `OBJECT_FEATURES` of each candidate; `pooled` are the class probabilities of both ways together. */
export function objectFeatures({ objects }: Candidates, pooled: readonly (readonly number[])[]): number[][] {
  const sizes = objects.map(({ box }) => Math.log(longer(box)));
  const strong = objects.map(isStrong);
  const typical = median(strong.includes(true) ? sizes.filter((_, k) => strong[k]) : sizes);
  const agreed = shareAgreed(objects);
  const count = Math.log1p(strong.filter(Boolean).length);
  return objects.map((mine, k) => {
    const [first, second] = mine.opinions;
    const others = objects.filter((_, other) => strong[other] && other !== k);
    // What the way that does not see it has strong boxes for instead.
    const instead = others.filter((other) => ([0, 1] as const).some((way) => !mine.seen[way] && isStrongBy(other, way)));
    const most = (shares: readonly number[]): number => Math.max(0, ...shares);
    const best = argmax(pooled[k]!);
    return [
      clippedLogit(first.confidence),
      clippedLogit(second.confidence),
      clippedLogit(pooled[k]![best]!),
      first.probabilities.reduce((sum, p, classId) => sum + p * second.probabilities[classId]!, 0),
      Number(best === OTHER),
      Number(best === CENSORED),
      thinness(mine.box),
      sizes[k]! - typical,
      most(others.map(({ box }) => shareInside(mine.box, box))),
      most(others.map(({ box }) => shareInside(box, mine.box))),
      most(instead.map(({ box }) => shareInside(mine.box, box))),
      agreed,
      count,
    ];
  });
}

/** `CONTEST_FEATURES` of one of the contests. */
export function contestFeatures({ objects }: Candidates, contest: Contest): number[] {
  const [first, second] = contest.map((rows) => rows.map((row) => objects[row]!)) as [Candidate[], Candidate[]];
  const least = (mine: readonly Candidate[], by: Way): number =>
    Math.min(...mine.map(({ opinions }) => clippedLogit(opinions[by].confidence)));
  const leastCertain = (mine: readonly Candidate[], by: Way): number =>
    clippedLogit(Math.min(...mine.map(({ opinions }) => Math.max(...opinions[by].probabilities))));
  const hasDrawing = (mine: readonly Candidate[], by: Way): number =>
    Number(mine.some(({ opinions }) => argmax(opinions[by].probabilities) >= CENSORED));
  const thinnest = (mine: readonly Candidate[]): number => Math.min(...mine.map(({ box }) => thinness(box)));
  return [
    least(first, 0),
    least(second, 1),
    leastCertain(first, 0),
    leastCertain(second, 1),
    Math.log(first.length / second.length),
    least(second, 0),
    least(first, 1),
    hasDrawing(first, 0),
    hasDrawing(second, 1),
    thinnest(first),
    thinnest(second),
    shareAgreed(objects),
  ];
}

/** The logit of a probability, cut off at `MAX_LOGIT` either side of 0. */
export function clippedLogit(p: number): number {
  const least = 1 / (1 + Math.exp(MAX_LOGIT));
  return logit(clamp(p, least, 1 - least));
}

function isStrongBy({ seen, opinions }: Candidate, way: Way): boolean {
  return seen[way] && opinions[way].confidence >= CONFIDENCE;
}

/** Whether it is shown by default. */
function isStrong(candidate: Candidate): boolean {
  return isStrongBy(candidate, 0) || isStrongBy(candidate, 1);
}

/** Share of the objects that are shown by default which both ways see. */
function shareAgreed(objects: readonly Candidate[]): number {
  const strong = objects.filter(isStrong);
  return strong.filter(({ seen }) => seen[0] && seen[1]).length / Math.max(1, strong.length);
}

function longer([x1, y1, x2, y2]: BoxCorners): number {
  return Math.max(x2 - x1, y2 - y1, 1);
}

/** Logarithm of the shorter side over the longer. */
function thinness(box: BoxCorners): number {
  const [x1, y1, x2, y2] = box;
  return Math.log(Math.max(Math.min(x2 - x1, y2 - y1), 1) / longer(box));
}

function area([x1, y1, x2, y2]: BoxCorners): number {
  return Math.max((x2 - x1) * (y2 - y1), 1e-6);
}

/** Square pixels that two boxes share. */
function intersection(a: BoxCorners, b: BoxCorners): number {
  return Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
}

/** How much of a box, as a share of its area, lies inside another. */
function shareInside(mine: BoxCorners, other: BoxCorners): number {
  return intersection(mine, other) / area(mine);
}

/** What two boxes share, as a share of the smaller one. */
function sharedArea(a: BoxCorners, b: BoxCorners): number {
  return intersection(a, b) / Math.min(area(a), area(b));
}

/** `TRUST_FEATURES` of each candidate. */
export function trustFeatures({ objects }: Candidates): number[][] {
  const count = Math.log1p(objects.filter(isStrong).length);
  return objects.map((mine) => {
    const gaps = objects.filter((other) => other !== mine).map(({ box }) => gap(mine.box, box));
    return [count, clamp(Math.min(...gaps) / longer(mine.box), MIN_GAP, MAX_GAP)];
  });
}

/** How far two boxes stand apart, across or down; below 0 where they overlap. */
function gap(a: BoxCorners, b: BoxCorners): number {
  return Math.max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3]);
}

/**
 * Class probabilities of both ways together: a weighted product of theirs (Heskes, NeurIPS 1997).
 *
 * @param weights of the two ways.
 * @param bias of the classes, added to the logarithms.
 */
export function poolClasses(opinions: Both<Opinion>, weights: readonly number[], bias: readonly number[]): number[] {
  return softmax(bias.map((extra, classId) => opinions.reduce((sum, { probabilities }, way) =>
    sum + weights[way]! * Math.log(clamp(probabilities[classId]!, 1e-6, 1)), extra)));
}
