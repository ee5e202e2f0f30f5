/** What the referee makes of two readings, where the answer is plain. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchReadings } from '../src/comparison/objects';
import { readingTogether } from '../src/comparison/together';
import type { BoxCorners, Detection } from '../src/detectors/detections';
import { keepBest } from '../src/detectors/detector';
import { clippedLogit, contestFeatures, findCandidates } from '../src/detectors/fusion';
import { decide, reasonInWords } from '../src/detectors/referee';
import { confirmedObjects } from '../src/page/hand';

const LEFT = [0, 0, 40, 60] as const;
const RIGHT = [44, 0, 84, 60] as const;
const WHOLE = [0, 0, 84, 60] as const;

function found(box: BoxCorners, classId: number, confidence: number): Detection {
  const probabilities = Array.from({ length: 12 }, (_, k) => (k === classId ? 0.89 : 0.01));
  return { box, confidence, classId, probabilities };
}

/** What a person is told where the referee is this sure of what only one way sees. */
function told(first: readonly Detection[], second: readonly Detection[], alone = 0.9, onScreen?: readonly string[]): [string, string] {
  const readings = [
    { method: 'yolov3', proposals: first }, { method: 'contours-cnn', proposals: second },
    { method: 'referee', proposals: decide(first, second).map((each) => ({ ...each, confidence: each.reason === 'alone' ? alone : 0.9 })) },
  ];
  return readingTogether(readings, matchReadings(readings.map(({ proposals }) => keepBest(proposals))), undefined, undefined, onScreen);
}

test('nothing is nothing', () => {
  assert.deepEqual(findCandidates([], []), { objects: [], contests: [] });
  assert.deepEqual(told([], []), ['nothing', 'both see nothing.']);
});

test('boxes of one object are a pair, and their mean leans to the second', () => {
  const { objects, contests } = findCandidates([found(LEFT, 3, 0.9), found(RIGHT, 5, 0.8)], [found([2, 0, 42, 60], 8, 0.7)]);
  assert.deepEqual(objects.map(({ seen }) => seen), [[true, true], [true, false]]);
  assert.ok(Math.abs(objects[0]!.box[0] - 1.3) < 1e-9);
  assert.deepEqual(objects[1]!.opinions[1], { confidence: 0, probabilities: new Array(12).fill(1 / 12) });
  assert.deepEqual(contests, []);
});

test('what is too unsure to be seen still supports', () => {
  const { objects } = findCandidates([found(LEFT, 3, 0.03)], [found(LEFT, 3, 0.9)]);
  assert.deepEqual(objects.map(({ seen, opinions }) => [seen, opinions[0].confidence]), [[[false, true], 0.03]]);
});

test('ink that is cut differently is a contest, which one version wins', () => {
  const [first, second] = [[found(WHOLE, 8, 0.9)], [found(LEFT, 1, 0.8), found(RIGHT, 0, 0.7)]];
  const candidates = findCandidates(first, second);
  assert.deepEqual(candidates.contests, [[[0], [1, 2]]]);
  const [mine, theirs, , , more] = contestFeatures(candidates, candidates.contests[0]!);
  assert.deepEqual([mine, theirs, more], [clippedLogit(0.9), clippedLogit(0.7), Math.log(1 / 2)]);
  const decisions = decide(first, second);
  assert.deepEqual(decisions.map(({ reason }) => reason), ['contest', 'contest', 'contest']);
  const isShown = decisions.map(({ confidence }) => confidence >= 0.5);
  assert.ok(isShown[0] !== isShown[1] && isShown[1] === isShown[2]);
});

test('a box that swallows two contests both', () => {
  const first = [found(LEFT, 9, 0.9), found([42, 0, 56, 60], 1, 0.9)];
  const second = [found([0, 0, 56, 60], 9, 0.9)];
  assert.deepEqual(findCandidates(first, second).contests, [[[0, 1], [2]]]);
  assert.deepEqual(findCandidates(first.slice(0, 1), second).contests, []);
});

test('a frame that both see is no contest', () => {
  const frame = found([0, 0, 200, 200], 11, 0.9);
  assert.deepEqual(findCandidates([frame, found([80, 80, 120, 140], 5, 0.9)], [frame]).contests, []);
});

test('the reason is told in words', () => {
  assert.deepEqual(told([found(LEFT, 4, 0.95)], [found(LEFT, 4, 0.95)]), ['4', 'both say so.']);
  const word = (reason: 'class' | 'contest' | 'alone', way: 0 | 1): string =>
    reasonInWords({ ...found(LEFT, 4, 0.9), reason, way }, ['YOLOv3', 'CNN']);
  assert.equal(word('class', 1), 'CNN is surer of its class');
  assert.equal(word('contest', 0), 'YOLOv3 divides the ink more convincingly');
  assert.equal(word('alone', 0), 'only YOLOv3 sees it');
});

test('beside another method both are named', () => {
  const seen = [found(LEFT, 4, 0.95)];
  assert.deepEqual(told(seen, seen, 0.9, ['yolov3', 'contours-vit']), ['4', 'YOLOv3 and CNN say so.']);
  assert.deepEqual(told([], [], 0.9, ['yolov3', 'contours-vit']), ['nothing', 'YOLOv3 and CNN see nothing.']);
  assert.deepEqual(told(seen, seen, 0.9, ['yolov3', 'contours-cnn']), ['4', 'both say so.']);
});

test('a hand is learned from what the referee reads alike at the same place', () => {
  const [right, cut] = [found([100, 0, 140, 60], 1, 0.9), found([100, 0, 128, 60], 1, 0.9)];
  const learned = (both: readonly Detection[] | null): number[] =>
    confirmedObjects([
      { method: 'contours-cnn', proposals: [found(LEFT, 2, 0.9), right] }, ...(both ? [{ method: 'referee', proposals: both }] : []),
    ]).map(({ classId }) => classId);
  assert.deepEqual(learned(null), [2, 1]);
  assert.deepEqual(learned([found(LEFT, 2, 0.9), found(right.box, 4, 0.9)]), [2]);
  assert.deepEqual(learned([found(LEFT, 2, 0.9), cut]), [2]);
  assert.deepEqual(learned([]), []);
});

test('where reasons differ, each names its objects', () => {
  const [first, second] = [[found(LEFT, 4, 0.9), found([200, 0, 240, 60], 9, 0.9)], [found(LEFT, 4, 0.9)]];
  assert.deepEqual(told(first, second), ['49', 'A: both say so; B: only YOLOv3 sees it.']);
  assert.deepEqual(told(first, second, 0.3), ['4', 'A: both say so; B: left out, for only YOLOv3 sees it.']);
});
