/** Reads drawings beside the page, so that the pen never waits. */

import { Classifier, type ClassifierCard } from '../classifiers/classifier';
import { blurCensored, censoredBoxes } from '../comparison/censor';
import { readSheet, sheetNotes } from '../comparison/reading';
import { type Detector, keepBest } from '../detectors/detector';
import { METHODS } from '../detectors/method';
import { Referee, NAME as REFEREE, WAYS } from '../detectors/referee';
import { SegmentationDetector } from '../detectors/segmentation/detector';
import { type YOLOv3Card, YOLOv3Detector } from '../detectors/yolov3/detector';
import { DrawingError, asDrawing } from '../ink/drawing';
import { drawInk, drawStrokes } from '../ink/pen';
import { Sheet } from '../ink/sheet';
import { readStrokes } from '../ink/strokes';
import { type Raster, roundEven } from '../pixels/raster';
import { env, loadEngine } from '../weights/engine';
import { Downloads, type Sizes } from './downloads';
import type { Answer, FromWorker, Method, Request, Source } from './messages';
import { penLevel } from './pictures';
import { toPng } from './png';

declare const FILE_SIZES: Sizes; // put in by the build

const base = new URL('./', self.location.href);
const downloads = new Downloads(base, FILE_SIZES, (bytes, total) => post({ kind: 'progress', bytes, total }));
const loading = new Map<Method, Promise<Detector>>();
let runtime: Promise<void> | null = null;

function post(message: FromWorker): void {
  self.postMessage(message);
}

/** The runtime's code, which all networks share; both of its files are of one version. */
async function loadRuntime(): Promise<void> {
  env.wasm.wasmPaths = { mjs: new URL('runtime.mjs', base).href };
  env.wasm.wasmBinary = (await downloads.bytes('runtime.wasm')).buffer as ArrayBuffer;
}

async function loadDetector(method: Method): Promise<Detector> {
  if (method === REFEREE) {
    const [first, second] = await Promise.all(WAYS.map((way) => detectorOf(way as Method)));
    return new Referee([first!, second!]);
  }
  const name = method.replace('contours-', '');
  runtime ??= loadRuntime();
  const [graph, weights, card] = await Promise.all([
    downloads.bytes(`weights/${name}.onnx`), downloads.bytes(`weights/${name}.safetensors`),
    downloads.json<YOLOv3Card & ClassifierCard>(`weights/${name}.json`), runtime,
  ]);
  const engine = await loadEngine(name, graph, weights);
  return method === 'yolov3' ? new YOLOv3Detector(engine, card) : new SegmentationDetector(new Classifier(name, engine, card));
}

function detectorOf(method: Method): Promise<Detector> {
  const known = loading.get(method) ?? loadDetector(method);
  loading.set(method, known);
  known.catch(() => loading.delete(method)); // so that it can be tried again
  return known;
}

/** A square picture with strokes over it. */
function drawOver(picture: Raster, saved: Source): Raster {
  const { side, strokes } = readStrokes(saved);
  const zoom = picture.width / side;
  const scaled = strokes.map(({ width, points }) =>
    ({ width: width * zoom, points: points.map(([x, y]) => [x * zoom, y * zoom] as const) }));
  const ink = drawInk(scaled, picture.width, picture.height);
  const pen = penLevel(picture);
  const data = picture.data.map((value, at) => {
    const cover = ink.data[Math.floor(at / 3)]! / 255;
    return roundEven(value * (1 - cover) + pen * cover);
  });
  return { ...picture, data };
}

function drawingOf(source: Source): Raster {
  if (source.pixels) {
    const picture = asDrawing(source.pixels);
    return Array.isArray(source.strokes) && source.strokes.length ? drawOver(picture, source) : picture;
  }
  const { side, strokes } = readStrokes(source);
  return drawStrokes(strokes, side);
}

async function read({ id, source, methods }: Request): Promise<Answer> {
  const drawing = drawingOf(source);
  const sheet = new Sheet(drawing);
  const judges: readonly string[] = [...methods, REFEREE]; // of what is censored: the ways that are shown, and both together
  const running = METHODS.map(({ name }) => name as Method).filter((name) => judges.includes(name) || WAYS.includes(name));
  const readings = await readSheet(sheet, await Promise.all(running.map(detectorOf)));
  const censored = censoredBoxes(readings.filter(({ method }) => judges.includes(method)).map(({ proposals }) => keepBest(proposals)));
  return {
    kind: 'answer', id, methods, readings, notes: sheetNotes(sheet), hasInk: sheet.hasInk,
    width: drawing.width, height: drawing.height, pen: penLevel(drawing),
    picture: await toPng(blurCensored(drawing, censored)),
    uncensored: censored.length ? await toPng(drawing) : null,
  };
}

function inWords(error: unknown): string {
  if (error instanceof DrawingError) return error.message;
  if (error instanceof RangeError) return 'This device has too little memory for the networks.';
  return error instanceof Error ? error.message : String(error);
}

async function answer(request: Request): Promise<void> {
  try {
    post(await read(request));
  } catch (error) {
    console.warn('refused:', error);
    post({ kind: 'failure', id: request.id, sentence: inWords(error) });
  }
}

let last = Promise.resolve(); // a network reads one drawing at a time
self.onmessage = ({ data }: MessageEvent<Request>) => {
  last = last.then(() => answer(data));
};
