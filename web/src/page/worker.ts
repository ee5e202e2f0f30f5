/** Reads drawings beside the page, so that the pen never waits. */

import { Classifier, type ClassifierCard } from '../classifiers/classifier';
import { blurCensored, censoredBoxes } from '../comparison/censor';
import { findInk, readSheet, sheetNotes } from '../comparison/reading';
import { type Detector, keepBest } from '../detectors/detector';
import { METHODS, networkOf } from '../detectors/method';
import { Referee, NAME as REFEREE, WAYS } from '../detectors/referee';
import { SegmentationDetector } from '../detectors/segmentation/detector';
import { type YOLOv3Card, YOLOv3Detector } from '../detectors/yolov3/detector';
import { DrawingError, asDrawing } from '../ink/drawing';
import { drawInk, drawStrokes } from '../ink/pen';
import { Sheet } from '../ink/sheet';
import { readStrokes } from '../ink/strokes';
import { type Raster, roundEven } from '../pixels/raster';
import type { Engine } from '../weights/engine';
import { plainEngine } from '../weights/plain_engine';
import { lookInside } from './dissection';
import { Downloads, type Sizes } from './downloads';
import type { Answer, FromWorker, Inside, Method, Request, Source } from './messages';
import { penLevel } from './pictures';
import { toPng } from './png';

declare const FILE_SIZES: Sizes; // put in by the build
declare const CARDS: Readonly<Record<string, YOLOv3Card & ClassifierCard>>;

/** What the page reads by at first, the smaller network first: one way reads while the other still comes. */
const AT_ONCE: readonly Method[] = ['contours-cnn', 'yolov3'];

const base = new URL('./', self.location.href);
const downloads = new Downloads(base, FILE_SIZES, (loaded) => post({ kind: 'progress', loaded }));
const loading = new Map<Method, Promise<Detector>>();
const loaded = new Map<string, Detector>();
const fetched = new Map<string, Promise<Uint8Array[]>>(); // files of networks that can't run yet
let runtime: Promise<typeof import('../weights/engine')> | null = null;

function post(message: FromWorker): void {
  self.postMessage(message);
}

/** The runtime, which all networks share; it comes behind what has been asked for before. */
async function loadRuntime(): Promise<typeof import('../weights/engine')> {
  const binary = await downloads.bytes('runtime.wasm', 'runtime');
  const module = import(new URL('engine.js', base).href) as Promise<typeof import('../weights/engine')>;
  const engine = await module.catch(() => { throw new Error(NO_RUNTIME); });
  engine.provideRuntime(new URL('runtime.mjs', base), binary.buffer as ArrayBuffer);
  return engine;
}

/** What a network is made of; it is fetched again only where that has failed. */
function filesOf(name: string): Promise<Uint8Array[]> {
  const files = [`weights/${name}.onnx`, `weights/${name}.safetensors`].filter((file) => downloads.has(file));
  const known = fetched.get(name) ?? Promise.all(files.map((file) => downloads.bytes(file, name)));
  fetched.set(name, known);
  known.catch(() => fetched.delete(name));
  return known;
}

/** A network as soon as anything can run it: what needs no runtime reads without it until it is there. */
async function loadNetwork(name: string): Promise<Engine> {
  const files = filesOf(name);
  runtime ??= loadRuntime();
  runtime.catch(() => (runtime = null)); // so that it can be tried again
  const withRuntime = Promise.all([runtime, files]).then(([{ loadEngine }, [graph, weights]]) => loadEngine(name, graph!, weights));
  withRuntime.then(() => fetched.delete(name), () => {}); // told below
  const [graph, weights] = await files;
  let engine = weights ? null : plainEngine(graph!);
  if (!engine) return withRuntime;
  withRuntime.then((other) => (engine = other), (error) => refuse(null, error));
  return (input, dims) => engine!(input, dims);
}

async function loadDetector(method: Method): Promise<Detector> {
  if (method === REFEREE) {
    const [first, second] = await Promise.all(WAYS.map((way) => detectorOf(way as Method)));
    return new Referee([first!, second!]);
  }
  const name = networkOf(method);
  const [engine, card] = [await loadNetwork(name), CARDS[name]!];
  return method === 'yolov3' ? new YOLOv3Detector(engine, card) : new SegmentationDetector(new Classifier(name, engine, card));
}

function detectorOf(method: Method): Promise<Detector> {
  const known = loading.get(method) ?? loadDetector(method);
  loading.set(method, known);
  known.then((detector) => loaded.set(method, detector), () => loading.delete(method)); // so that it can be tried again
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

/** All that reads a drawing: the ways that are shown, those that the referee judges, and the referee. */
function runningFor({ methods }: Request): Method[] {
  const wanted: readonly string[] = [...methods, ...WAYS, REFEREE];
  return METHODS.map(({ name }) => name as Method).filter((name) => wanted.includes(name));
}

/** What segmentation did with a sheet; null where its network is still to come. */
function insideOf({ methods }: Request, sheet: Sheet): Promise<Inside> | null {
  const detector = methods.map((method) => loaded.get(method)).find((each) => each instanceof SegmentationDetector);
  return detector ? lookInside(sheet, detector) : null;
}

/** The readings of the ways that are loaded. */
async function read(request: Request, drawing: Raster, sheet: Sheet, spent: number): Promise<Answer> {
  const { id, methods } = request;
  const readings = await readSheet(sheet, runningFor(request).flatMap((method) => loaded.get(method) ?? []), spent);
  const judges: readonly string[] = [...methods, REFEREE]; // of what is censored: the ways that are shown, and both together
  const judging = readings.filter(({ method }) => judges.includes(method));
  const censored = censoredBoxes((judging.length ? judging : readings).map(({ proposals }) => keepBest(proposals)));
  return {
    kind: 'answer', id, methods, readings, notes: sheetNotes(sheet), hasInk: sheet.hasInk,
    width: drawing.width, height: drawing.height, pen: penLevel(drawing),
    picture: await toPng(blurCensored(drawing, censored)),
    uncensored: censored.length ? await toPng(drawing) : null,
    inside: request.isInside ? await insideOf(request, sheet) : null,
  };
}

/** How the runtime says that there is no memory left, in its own words or the browser's, and that it can't begin. */
const NO_MEMORY = /memory|alloc/i, NO_BEGINNING = /no available backend/;

/** It does not try again by itself. */
const NO_RUNTIME = 'The page could not load the part that runs the networks; is there a connection? Reload to try again.';

function refuse(id: number | null, thrown: unknown): void {
  console.warn('refused:', thrown);
  const error = thrown instanceof AggregateError ? thrown.errors[0] as unknown : thrown;
  const sentence = error instanceof Error ? error.message : String(error);
  const isUnable = !(error instanceof DrawingError) && (error instanceof RangeError || NO_MEMORY.test(sentence));
  const told = NO_BEGINNING.test(sentence) ? NO_RUNTIME : sentence;
  post({ kind: 'failure', id, sentence: isUnable ? 'it has too little memory for the networks' : told, isUnable });
}

let newest = 0; // of the requests that are not patient
let last = Promise.resolve(); // a network reads one drawing at a time

/** Answers a request in its turn, as soon as a way is loaded, or all are where it is patient. */
function answer(request: Request): void {
  const loads = runningFor(request).map(detectorOf);
  const all = Promise.all(loads);
  all.catch(() => {}); // told below, or by the first answer
  last = last.then(async () => {
    try {
      const drawing = drawingOf(request.source);
      const sheet = new Sheet(drawing);
      const spent = findInk(sheet); // what needs no network is done while the first one comes
      await (request.isPatient ? all : Promise.any(loads));
      if (!request.isPatient && newest !== request.id) return; // a later drawing has taken its place
      const found = await read(request, drawing, sheet, spent);
      post(found);
      if (found.readings.length < loads.length)
        all.then(() => { if (newest === request.id) answer(request); }, (error) => refuse(null, error));
    } catch (error) {
      refuse(request.id, error);
    }
  });
}

self.onmessage = ({ data }: MessageEvent<Request>) => {
  if (!data.isPatient) newest = data.id;
  answer(data);
};

// The networks come while the visitor looks at the page.
for (const method of AT_ONCE) detectorOf(method).catch((error) => refuse(null, error));
