/**
 * Stage by stage against what Python wrote: equal, or within the tolerances that docs/web.md states.
 *
 * Stages are held with networks in float.  In eight bits a number on the brink may be rounded the other way, so there
 * readings are counted.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Classifier, type ClassifierCard } from '../src/classifiers/classifier';
import { agreementToJson, compareReadings } from '../src/comparison/agreement';
import { censoredBoxes } from '../src/comparison/censor';
import { matchReadings } from '../src/comparison/objects';
import { readingTogether } from '../src/comparison/together';
import { type Detection, type Detections, readingOf } from '../src/detectors/detections';
import { type Detector, keepBest, proposalsOn } from '../src/detectors/detector';
import { type Decision, Referee, decide } from '../src/detectors/referee';
import { SegmentationDetector } from '../src/detectors/segmentation/detector';
import { cutSheetPiece } from '../src/detectors/segmentation/grouping';
import { pieceBox, sheetPieces } from '../src/detectors/segmentation/pieces';
import { SheetReading } from '../src/detectors/segmentation/search';
import { type YOLOv3Card, YOLOv3Detector } from '../src/detectors/yolov3/detector';
import { Sheet } from '../src/ink/sheet';
import { loadEngine } from '../src/weights/engine';
import { Fixture, type FoundValues, INT8, NAMES, type Packed } from './fixtures';
import { Tally } from './tally';

const GREY_LEVELS = 1;
const GREY_SHARE = 0.001;
const BOX_PX = 0.5;
const PROBABILITY = 2e-3;
const MAX_READ_OTHERWISE = 0.02; // share of the readings in eight bits
const WEIGHTS = process.env['WEIGHTS'] ?? '../weights';

const tally = new Tally();
let yolov3: YOLOv3Detector;
let classifiers: Classifier[];
let detectors: Detector[];
let pageDetectors: Detector[]; // with networks as the page runs them
const readOtherwise: string[] = [];

function card<Card>(name: string): Card {
  return JSON.parse(readFileSync(`${WEIGHTS}/${name}.json`, 'utf8')) as Card;
}

async function engine(name: string, isInt8: boolean) {
  if (isInt8) return loadEngine(name, readFileSync(`${WEIGHTS}/${name}.int8.onnx`));
  return loadEngine(name, readFileSync(`${WEIGHTS}/${name}.onnx`), readFileSync(`${WEIGHTS}/${name}.safetensors`));
}

/** All methods, with these networks in eight bits. */
async function loadDetectors(int8: readonly string[]): Promise<[YOLOv3Detector, Classifier[], Detector[]]> {
  const first = new YOLOv3Detector(await engine('yolov3', int8.includes('yolov3')), card<YOLOv3Card>('yolov3'));
  const judges: Classifier[] = [];
  for (const name of ['cnn', 'vit']) judges.push(new Classifier(name, await engine(name, int8.includes(name)), card<ClassifierCard>(name)));
  const [cnn, vit] = judges.map((classifier) => new SegmentationDetector(classifier));
  return [first, judges, [first, cnn!, vit!, new Referee([first, cnn!])]];
}

before(async () => {
  [yolov3, classifiers, detectors] = await loadDetectors([]);
  [, , pageDetectors] = await loadDetectors(INT8);
});

/** Holds grey pixels to what Python has. */
function holdGrey(stage: string, name: string, got: Uint8Array, want: Uint8Array): void {
  assert.equal(got.length, want.length, `${stage} has another size`);
  let [unlike, largest] = [0, 0];
  got.forEach((value, at) => {
    const difference = Math.abs(value - want[at]!);
    if (difference) unlike++;
    largest = Math.max(largest, difference);
  });
  tally.count(stage, name, unlike === 0, largest);
  assert.ok(largest <= GREY_LEVELS && unlike <= GREY_SHARE * want.length, `${stage}: ${unlike} pixels by up to ${largest}`);
}

function holdNumbers(stage: string, name: string, got: readonly number[], want: ArrayLike<number>, most: number): void {
  assert.equal(got.length, want.length, `${stage}: another count`);
  const largest = got.reduce((worst, value, k) => Math.max(worst, Math.abs(value - want[k]!)), 0);
  tally.count(stage, name, largest <= most, largest);
  assert.ok(largest <= most, `${stage}: off by ${largest}`);
}

/** Holds detections, or decisions with their reasons, to Python's, each with the one nearest to it: confidences may be too close to go by their order. */
function holdDetections(stage: string, fixture: Fixture, got: readonly (Detection & Partial<Decision>)[], want: FoundValues): void {
  const boxes = fixture.floats(want.boxes);
  const probabilities = fixture.floats(want.probabilities);
  const confidence = fixture.floats(want.confidence);
  const expected = want.classes.map((classId, k) => ({
    classId, reason: want.reasons?.[k], way: want.ways?.[k], confidence: confidence[k]!, box: [...boxes.subarray(4 * k, 4 * k + 4)],
    probabilities: [...probabilities.subarray(12 * k, 12 * k + 12)],
  }));
  assert.equal(got.length, expected.length, `${stage}: another count`);
  const left = [...got];
  const apart = (a: (typeof expected)[number], b: Detection): number =>
    Math.max(...a.box.map((value, k) => Math.abs(value - b.box[k]!))) + (a.classId === b.classId ? 0 : 1000);
  const mine = expected.map((each) => {
    const nearest = left.reduce((best, other, k) => (apart(each, other) < apart(each, left[best]!) ? k : best), 0);
    return left.splice(nearest, 1)[0]!;
  });
  const said = ({ classId, reason, way }: { classId: number; reason?: string | undefined; way?: number | null | undefined }) =>
    want.reasons ? [classId, reason, way] : classId;
  assert.deepEqual(mine.map(said), expected.map(said), `${stage}: other classes or reasons`);
  holdNumbers(`${stage}: boxes (px)`, fixture.name, mine.flatMap(({ box }) => [...box]), expected.flatMap(({ box }) => box), BOX_PX);
  holdNumbers(`${stage}: confidence`, fixture.name, mine.map((each) => each.confidence), expected.map((each) => each.confidence), PROBABILITY);
  holdNumbers(`${stage}: probabilities`, fixture.name, mine.flatMap((each) => [...each.probabilities]), expected.flatMap((each) => each.probabilities), PROBABILITY);
}

function holdInk(fixture: Fixture, sheet: Sheet): void {
  const { values, name } = fixture;
  holdGrey('ink', name, sheet.ink.data, fixture.bytes(values.ink));
  assert.deepEqual([sheet.scale, sheet.paper], [values.scale, values.paper]);
  const frames = yolov3.frames(sheet);
  assert.equal(frames.length, values.frames.length, 'another number of frames');
  frames.forEach(({ ink, frame }, k) => {
    const { input, columns, rows, ...rest } = values.frames[k]!;
    assert.deepEqual({ ...rest, columns, rows },
      { shape: frame.shape, left: frame.left, top: frame.top, width: frame.width, height: frame.height, columns: frame.columns.length, rows: frame.rows.length });
    holdGrey('input of YOLOv3', name, ink.data, fixture.bytes(input));
  });
}

async function holdSegmentation(fixture: Fixture, sheet: Sheet): Promise<void> {
  const { values: { segmentation: want }, name } = fixture;
  assert.deepEqual(sheetPieces(sheet).map(pieceBox), want.pieces, 'other pieces');
  tally.count('pieces', name, true, 0);
  want.parts.forEach((boxes, k) => assert.deepEqual(cutSheetPiece(sheet, k).parts.map(pieceBox), boxes, `piece ${k} is cut otherwise`));
  tally.count('cuts', name, true, 0);
  const candidates = new SheetReading(sheet).pending();
  assert.deepEqual(candidates.map(({ members }) => [...members]), want.groups, 'other groupings');
  if (!want.crops) return;
  const crops = candidates.map(({ crop }) => crop);
  holdGrey('crops', name, Classifier.inputs(crops), fixture.bytes(want.crops));
  for (const classifier of classifiers) {
    const expected: { probabilities: Packed; whole: Packed } = want[classifier.name as 'cnn' | 'vit']!;
    const verdicts = await classifier.judge(crops);
    holdNumbers(`${classifier.name}: probabilities`, name, verdicts.flatMap((each) => [...each.probabilities]), fixture.floats(expected.probabilities), PROBABILITY);
    holdNumbers(`${classifier.name}: one whole symbol`, name, verdicts.map(({ whole }) => whole), fixture.floats(expected.whole), PROBABILITY);
  }
}

/** Every decision, what is blurred, and the sentence in the verdict. */
function holdReferee(fixture: Fixture, found: Readonly<Record<string, Detections>>): void {
  const { values: { referee: want, censored }, name } = fixture;
  holdDetections('decisions', fixture, decide(found['yolov3']!, found['contours-cnn']!), want.decisions);
  const readings = detectors.map((detector) => ({ method: detector.name, proposals: found[detector.name]! }));
  const shown = readings.map(({ proposals }) => keepBest(proposals));
  const judges = readings.flatMap(({ method }, k) => (method === 'contours-vit' ? [] : [shown[k]!]));
  holdNumbers('blurred boxes (px)', name, censoredBoxes(judges).flat(), fixture.floats(censored), BOX_PX);
  const got = readingTogether(readings, matchReadings(shown));
  tally.count('together', name, isDeepStrictEqual(got, want.together), 0);
  assert.deepEqual(got, want.together);
}

/** Counts the page's readings that are Python's in the same precision. */
async function countReadings(fixture: Fixture): Promise<void> {
  const sheet = new Sheet(fixture.raster(fixture.values.drawing));
  for (const detector of pageDetectors) {
    const [got, want] = [readingOf(keepBest(await proposalsOn(sheet, detector))), fixture.values.page[detector.name]!];
    tally.count(`page, ${detector.name}: reading`, fixture.name, got === want, 0);
    if (got !== want) readOtherwise.push(`${fixture.name}, ${detector.name}: ${JSON.stringify(got)}, Python ${JSON.stringify(want)}`);
  }
}

for (const name of NAMES)
  test(name, async () => {
    const fixture = new Fixture(name);
    const sheet = new Sheet(fixture.raster(fixture.values.drawing));
    const failures: string[] = [];
    const hold = async (work: () => void | Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        failures.push((error as Error).message.split('\n')[0]!);
      }
    };
    await hold(() => holdInk(fixture, sheet));
    await hold(() => holdSegmentation(fixture, sheet));
    const found: Record<string, Detections> = {};
    for (const detector of detectors) {
      const shown = keepBest((found[detector.name] = await proposalsOn(sheet, detector)));
      const want = fixture.values.methods[detector.name]!;
      await hold(() => holdDetections(detector.name, fixture, shown, want));
      tally.count(`${detector.name}: reading`, name, readingOf(shown) === want.reading, 0);
      await hold(() => assert.equal(readingOf(shown), want.reading, `${detector.name} reads otherwise`));
    }
    await hold(() => assert.deepEqual(
      agreementToJson(compareReadings(keepBest(found['yolov3']!), keepBest(found['contours-cnn']!))), fixture.values.agreement));
    await hold(() => holdReferee(fixture, found));
    await countReadings(fixture);
    assert.deepEqual(failures, []);
  });

test('the networks as the page runs them read as they do in Python', () => {
  console.log([`in eight bits: ${INT8.join(', ') || 'none'}; read otherwise:`, ...readOtherwise].join('\n'));
  assert.ok(readOtherwise.length <= MAX_READ_OTHERWISE * NAMES.length * pageDetectors.length, readOtherwise.join('\n'));
});

after(() => console.log(tally.table()));
