/** The page: the sheet, both readings and the verdict, all in the visitor's browser. */

import inkPad, { type InkRequest, type OneSheet } from 'inkpad';
import { compareMatched, isAgreed } from '../comparison/agreement';
import { matchReadings } from '../comparison/objects';
import { readingsToJson } from '../comparison/reading';
import { readingTogether } from '../comparison/together';
import { keepBest } from '../detectors/detector';
import { NAME as REFEREE } from '../detectors/referee';
import { methodOf, networkOf } from '../detectors/method';
import { BLANK_SIDE, type PixelSource } from '../ink/drawing';
import { renderCards } from './cards';
import type { Loaded } from './downloads';
import { byId, html } from './elements';
import { HandSection } from './hand';
import { openInside } from './inside';
import { type View, packView, unpackView } from './link';
import type { Answer, Method, Source } from './messages';
import { loadingWords, megabytes, renderEmptyPanel, renderLoadingPanel, renderPanel } from './panels';
import { pixelsOf, readPicture, squarePicture } from './pictures';
import { Reader } from './reader';
import { UnableError, findObstacle, sayUnable } from './support';

const REPORT_INTERVAL_MS = 100; // between two reports while the pen moves

declare global {
  interface Window {
    oneSheet: OneSheet;
    /** For programs: what the server's endpoint /recognize answers, of some pixels. */
    digitDuel: { read(pixels: PixelSource): Promise<unknown> };
  }
}

let reader!: Reader; // from the beginning on, where the networks can run
let hand!: HandSection;
const pictures = new Map<string, Promise<ImageData>>(); // the one picture under the strokes, by its data URL
let shown: Answer | null = null;
let shownSource: Source | null = null; // what that answers
let last: Source | null = null;
let loaded: Loaded = {};
let addresses: string[] = []; // of pictures that are shown

const confidence = byId<HTMLInputElement>('confidence');
const overlap = byId<HTMLInputElement>('iou');
const classifier = byId<HTMLSelectElement>('classifier');
const uncensored = byId<HTMLInputElement>('uncensored');

function view(): View {
  return { methods: ['yolov3', classifier.value], confidence: +confidence.value, iou: +overlap.value };
}

/** The two ways that are shown. */
function methods(): Method[] {
  return view().methods as Method[];
}

function wordsFor(name: string): string {
  return loadingWords(name, loaded[networkOf(name)] ?? [0, 0]);
}

function tellProgress(progress: Loaded): void {
  loaded = progress;
  if (!shown) document.querySelectorAll('#panels .empty p').forEach((each) => (each.textContent = emptyWords()));
  const [bytes, total] = [0, 1].map((k) => Object.values(loaded).reduce((sum, each) => sum + each[k]!, 0)) as [number, number];
  const bar = byId('loading');
  bar.hidden = bytes >= total;
  bar.querySelector('progress')!.value = bytes / total;
  bar.querySelector('span')!.textContent = `Loading the networks: ${megabytes(bytes)} of ${megabytes(total)} MB`;
  document.querySelectorAll<HTMLElement>('[data-loading]').forEach((each) => (each.textContent = wordsFor(each.dataset['loading']!)));
  if (bytes >= total) keepFiles();
}

/** Once the networks are here: before, the files that are kept would come down the line beside them. */
function keepFiles(): void {
  if ('serviceWorker' in navigator && location.protocol !== 'file:') void navigator.serviceWorker.register('service-worker.js');
}

/** The drawing that is shown has been read by the ways that were still loading. */
function complete(answer: Answer): void {
  if (answer.id !== shown?.id) return;
  shown = answer;
  render();
}

/** What a panel says before there is a reading. */
function emptyWords(): string {
  return Object.values(loaded).some(([bytes, total]) => bytes >= total) ? 'Its reading appears here.' : 'Its reading appears here once a network is loaded.';
}

function say(message: string): void {
  byId('verdict').replaceChildren(html('p', { class: 'verdict problem', role: 'alert' },
    html('strong', {}, 'That did not work.'), ` ${message}`));
}

function tellFailure(error: Error): void {
  if (error instanceof UnableError) sayUnable(error.message);
  else say(error.message);
}

function renderIdleVerdict(): void {
  const back = html('button', { type: 'button', 'data-bring-back': true }, 'Bring the last drawing back');
  byId('verdict').replaceChildren(html('p', { class: 'verdict idle', role: 'status' }, 'Two ways to read one drawing. Do they agree? ', back));
}

/** A line over the panels, with what has to be known of the drawing. */
function renderVerdict(kind: string, head: string, sentence: string, isBlurred: boolean, together?: readonly [string, string]): void {
  const blurred = isBlurred && html('span', { class: 'blurred' }, ' Part of this drawing is blurred. ',
    html('button', { type: 'button', class: 'uncover', 'data-uncover': true }, 'Show it'));
  byId('verdict').replaceChildren(html('p', { class: `verdict ${kind}`, role: 'status' },
    html('strong', {}, head), ` ${[sentence, ...shown!.notes].join(' ')}`, blurred,
    together !== undefined && html('span', { class: 'together' }, 'Together: ', html('b', {}, together[0]), ` · ${together[1]}`)));
}

/** Shows the readings at the page's settings; no network runs. */
function render(): void {
  hand.follow(shownSource, shown);
  if (!shown?.hasInk) {
    byId('panels').replaceChildren(...methods().map((name) => renderEmptyPanel(name, emptyWords())));
    byId('objects').replaceChildren();
    byId<HTMLButtonElement>('inside-open').disabled = true;
    renderIdleVerdict();
    return;
  }
  const { readings, width, height } = shown;
  const { confidence: least, iou } = view();
  const matched = matchReadings(readings.map(({ proposals }) => keepBest(proposals, least, iou)));
  const places = shown.methods.map((name) => readings.findIndex(({ method }) => method === name));
  const isBlurred = shown.uncensored !== null && !uncensored.checked;
  addresses.forEach((address) => URL.revokeObjectURL(address));
  const picture = URL.createObjectURL(isBlurred ? shown.picture : shown.uncensored ?? shown.picture);
  addresses = [picture];
  const ready = places.filter((place) => place >= 0);
  byId<HTMLButtonElement>('inside-open').disabled = isBlurred || ready.length < places.length; // the ink would show what is blurred
  byId('panels').replaceChildren(...shown.methods.map((name, k) => {
    const mine = places[k]!;
    if (mine < 0) return renderLoadingPanel(name, wordsFor(name));
    const { proposals, milliseconds } = readings[mine]!;
    const other = ready.find((place) => place !== mine) ?? mine;
    return renderPanel(name, { matched, mine, other, proposals, milliseconds, confidence: least, width, height, picture });
  }));
  let selected = matched.objects[0]?.letter;
  const [first, second] = places as [number, number];
  if (first < 0 || second < 0) {
    const { approach } = methodOf(shown.methods[places.findIndex((place) => place < 0)]!);
    renderVerdict('', 'The first reading.', `${approach} is still loading.`, isBlurred);
  } else {
    const agreement = compareMatched(matched, first, second, shown.methods.map((name) => methodOf(name).approach));
    const differ = agreement.sameDigits ? '≠ They differ, though not on the digits.' : '≠ They differ.';
    const [kind, head] = isAgreed(agreement) ? ['agree', '✓ They agree.'] : ['differ', differ];
    const isJudged = readings.some(({ method }) => method === REFEREE);
    renderVerdict(kind!, head!, agreement.sentence, isBlurred, isJudged ? readingTogether(readings, matched, least, iou, shown.methods) : undefined);
    selected = [...agreement.kinds].find(([, each]) => each !== 'same')?.[0] ?? selected;
  }
  byId('objects').replaceChildren(...(selected ? [renderCards(matched, readings, least, selected)] : []));
}

/** What the sheet asks to be read, as pixels or strokes; a link brings its settings along. */
async function sourceOf(request: InkRequest): Promise<Source> {
  if (request.view !== undefined) {
    const { pixels, view: wanted } = await unpackView(request.view);
    confidence.value = String(wanted.confidence);
    overlap.value = String(wanted.iou);
    const offered = [...classifier.options].map(({ value }) => value);
    classifier.value = wanted.methods.find((method) => offered.includes(method)) ?? offered[0]!;
    return { pixels };
  }
  if (request.file) return { pixels: await readPicture(request.file) };
  if (!request.picture) return { strokes: request.strokes, side: request.side! };
  const known = pictures.get(request.picture) ?? pixelsOf(request.picture);
  pictures.clear();
  pictures.set(request.picture, known);
  return { pixels: await known, strokes: request.strokes, side: request.side! };
}

async function onRequest(request: InkRequest): Promise<void> {
  try {
    const source = await sourceOf(request);
    last = source;
    const answer = await reader.readSheet(source, methods());
    if (!answer) return;
    [shown, shownSource] = [answer, source];
    render();
    const isOpened = request.view !== undefined || request.file !== undefined;
    if (!isOpened) window.oneSheet.land(request.at);
    else if (!answer.hasInk) {
      window.oneSheet.land(request.at, '', '#000000');
      say('Nothing is drawn on that picture.');
    }
    else window.oneSheet.land(request.at, await squarePicture(answer.picture), answer.pen ? '#ffffff' : '#000000');
  } catch (error) {
    tellFailure(error as Error);
    window.oneSheet.land(request.at);
  }
}

async function share(): Promise<void> {
  if (!shown?.hasInk) return say('There is no drawing on the sheet yet, so there is nothing to link to.');
  const link = byId<HTMLInputElement>('share-link');
  const text = await packView(shown.uncensored ?? shown.picture, view());
  const address = new URL(location.href);
  if (text) address.searchParams.set('view', text);
  link.value = text ? address.href : 'This drawing is too large for a link.';
  link.hidden = false;
  byId('share').classList.remove('old-link');
  link.select();
}

/** How the drawing on the sheet came to its readings. */
async function showInside(): Promise<void> {
  const answer = shown;
  const source = last;
  if (!answer?.hasInk || !source || !addresses[0]) return;
  try {
    const { inside, readings } = await reader.readPicture(source, answer.methods, true);
    const { confidence: least, iou } = view();
    const [method, segmentation] = answer.methods as [Method, Method];
    const proposals = readings.find((reading) => reading.method === method)!.proposals;
    const candidates = { method, proposals, kept: keepBest(proposals, least, iou), confidence: least };
    if (inside) openInside(inside, segmentation, candidates, addresses[0], answer.width, answer.height);
  } catch (error) {
    tellFailure(error as Error);
  }
}

async function openExample(address: string): Promise<void> {
  const answer = await fetch(address).catch(() => null);
  if (answer?.ok) window.oneSheet.ask({ file: await answer.blob() });
  else say('The example could not be loaded; is there a connection?');
}

/** The first of the files that somebody chose, pasted or dropped. */
function openFile(files: FileList | null | undefined): void {
  const file = files?.[0];
  if (file) window.oneSheet.ask({ file });
}

function chooseObject(target: Element): void {
  const letter = target.closest<HTMLElement>('[data-object]')?.dataset['object'];
  if (letter === undefined) return;
  document.querySelectorAll<HTMLElement>('[data-object]').forEach((each) => each.classList.toggle('selected', each.dataset['object'] === letter));
  document.querySelectorAll<HTMLElement>('[data-card]').forEach((each) => each.classList.toggle('selected', each.dataset['card'] === letter));
}

function wire(): void {
  for (const name of ['pointerover', 'focusin', 'click'])
    document.addEventListener(name, ({ target }) => target instanceof Element && chooseObject(target));
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (!button) return;
    if (button.dataset['example']) void openExample(button.dataset['example']);
    else if ('uncover' in button.dataset) uncensored.click();
    else if ('bringBack' in button.dataset) {
      window.oneSheet.bringBack();
      document.querySelector<HTMLElement>('#ink canvas')!.focus({ preventScroll: true });
    }
    else if (button.id === 'share-make') void share();
    else if (button.id === 'inside-open') void showInside();
  });
  for (const setting of [confidence, overlap, uncensored]) setting.addEventListener('input', render);
  classifier.addEventListener('change', async () => {
    const source = last;
    if (!source) return render();
    try {
      const answer = await reader.readSheet(source, methods());
      if (answer) [shown, shownSource] = [answer, source];
      render();
    } catch (error) {
      tellFailure(error as Error);
    }
  });
  const upload = byId<HTMLInputElement>('upload');
  upload.addEventListener('change', () => {
    openFile(upload.files);
    upload.value = '';
  });
  document.addEventListener('paste', ({ clipboardData }) => openFile(clipboardData?.files));
  document.addEventListener('dragover', (event) => event.preventDefault()); // or the browser would leave for the picture
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    openFile(event.dataTransfer?.files);
  });
}

window.digitDuel = {
  async read(pixels) {
    const answer = await reader.readPicture({ pixels }, methods());
    return { ...readingsToJson(answer.readings), notes: answer.notes };
  },
};

function begin(): void {
  reader = new Reader({ progress: tellProgress, complete, failure: tellFailure });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = (): void => void document.documentElement.classList.toggle('dark', dark.matches);
  dark.addEventListener('change', follow);
  follow();
  hand = new HandSection();
  render();
  wire();
  try {
    localStorage.setItem('digit-duel-pad', 'ink'); // the only pad here
  } catch { /* forbidden: nothing is kept */ }
  const props = {
    side: BLANK_SIDE, pen: 12, every: REPORT_INTERVAL_MS,
    get value(): InkRequest | null { return null; },
    set value(request: InkRequest | null) { if (request) void onRequest(request); },
  };
  inkPad(byId('ink'), props);
  window.oneSheet.use('ink');
  window.oneSheet.begin();
}

const obstacle = findObstacle();
if (obstacle) sayUnable(obstacle);
else begin();
