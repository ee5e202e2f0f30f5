/** "In your hand": learns the hand that drew the sheet's digits, and writes any number in it. */

import constants from '../constants.json';
import type { Reading } from '../comparison/reading';
import type { Detections } from '../detectors/detections';
import { keepBest } from '../detectors/detector';
import { objectOverlap } from '../detectors/matching';
import { NAME as REFEREE } from '../detectors/referee';
import { type Examples, findExamples, textOf } from '../handwriting/examples';
import { fitSheet, svgText } from '../handwriting/formats';
import { MAX_STRENGTH, MAX_TEXT_CHARACTERS } from '../handwriting/hand';
import type { Choices } from '../handwriting/style';
import { BLANK_SIDE, DrawingError } from '../ink/drawing';
import { type Stroke, readStrokes } from '../ink/strokes';
import { byId } from './elements';
import type { Answer, Source, Written, WritingFailure, WritingRequest } from './messages';
import { renderShapes, renderWriting } from './written';

const { ALL_DIGITS, MAX_SEED, MIN_SAME_OVERLAP } = constants['ui.tabs.handwriting'];
const { READER } = constants['handwriting.examples'];
const SETTLED_MS = 400; // without another reading: a hand is not learned from half a digit
const EMPTY = 'Draw a digit on the sheet, and see the others as you would write them.';
const PICTURE = 'The sheet holds a picture. A hand is learned from strokes: clear the sheet, and draw a digit on it.';
const LOST = 'The part of the page that writes could not be loaded; is there a connection?';

/** The digits on the sheet, as they were read there. */
function sheetExamples(source: Source | null, answer: Answer | null): Examples {
  if (!source || !answer?.hasInk) throw new DrawingError(EMPTY);
  if (source.pixels) throw new DrawingError(PICTURE);
  return findExamples(readStrokes(source).strokes, confirmedObjects(answer.readings));
}

/** What is read that both ways together read alike, at the same place; all of it where they are not there. */
export function confirmedObjects(readings: readonly Pick<Reading, 'method' | 'proposals'>[]): Detections {
  const of = (name: string) => readings.find(({ method }) => method === name);
  const found = keepBest((of(READER) ?? readings[0]!).proposals);
  const judge = of(REFEREE);
  if (!judge) return found;
  const both = keepBest(judge.proposals);
  return found.filter(({ box, classId }) =>
    both.some((each) => each.classId === classId && objectOverlap(box, each.box) >= MIN_SAME_OVERLAP));
}

/** The section of the page; a button opens it, and only then its files are fetched. */
export class HandSection {
  private readonly section = byId('your-hand');
  private readonly opener = byId<HTMLButtonElement>('hand-open');
  private readonly text = byId<HTMLInputElement>('hand-text');
  private readonly strength = byId<HTMLInputElement>('hand-strength');
  private readonly save = byId<HTMLAnchorElement>('hand-save');
  private worker: Worker | null = null;
  private underWay: WritingRequest | null = null;
  private isOutdated = false; // by something since it was asked
  private count = 0;
  private source: Source | null = null;
  private answer: Answer | null = null;
  private examples: Examples | null = null;
  private choices: Choices = {};
  private seed = 0;
  private strokes: readonly Stroke[] = []; // as they were written
  private put: string | null = null; // strokes of this section's that lie on the sheet: they teach no hand
  private waiting: number | undefined;
  private isOpening = false; // and has nothing to show yet
  private next: (() => void) | null = null; // what was asked of the number that is still being written

  constructor() {
    this.text.maxLength = MAX_TEXT_CHARACTERS;
    this.text.value = ALL_DIGITS;
    this.strength.max = String(MAX_STRENGTH);
    this.strength.value = '1';
    this.opener.addEventListener('click', () => this.toggle());
    for (const setting of [this.text, this.strength]) setting.addEventListener('input', () => this.ask());
    byId('hand-again').addEventListener('click', () => {
      this.seed = (this.seed + 1) % MAX_SEED;
      this.ask();
    });
    byId('hand-put').addEventListener('click', () => this.whenWritten(() => this.putOnSheet()));
    this.save.addEventListener('click', (event) => {
      if (!this.underWay) return;
      event.preventDefault();
      this.whenWritten(() => this.save.click());
    });
    byId('hand-shapes').addEventListener('click', ({ target }) => this.choose(target as Element));
  }

  /** What lies on the sheet has been read. */
  follow(source: Source | null, answer: Answer | null): void {
    if (answer === this.answer) return;
    [this.source, this.answer] = [source, answer];
    if (this.section.hidden) return;
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.learn(), SETTLED_MS);
  }

  private toggle(): void {
    this.section.hidden = !this.section.hidden;
    this.opener.setAttribute('aria-expanded', String(!this.section.hidden));
    this.isOpening = !this.section.hidden;
    if (!this.isOpening) return;
    this.learn();
    this.section.scrollIntoView({ block: 'nearest' });
  }

  /** Whose hand it is, by the digits on the sheet; what was put there from here says nothing new. */
  private learn(): void {
    const onSheet = this.answer?.hasInk ? JSON.stringify(this.source?.strokes) : null;
    if (this.put !== null && onSheet === this.put) return;
    this.put = null;
    try {
      this.examples = sheetExamples(this.source, this.answer);
      this.ask();
    } catch (error) {
      this.examples = null;
      this.refuse((error as Error).message);
    }
  }

  /** Has the text written; while something is being written, what is asked last is written next. */
  private ask(): void {
    if (!this.examples) return;
    this.isOutdated = this.underWay !== null;
    if (this.isOutdated) return;
    this.underWay = {
      id: ++this.count, examples: this.examples, text: this.text.value.trim() || ALL_DIGITS, strength: +this.strength.value, seed: this.seed,
      choices: this.choices,
    };
    if (!this.strokes.length) this.say('Learning your hand …');
    this.begin().postMessage(this.underWay);
  }

  /** Does something with the number as it is written in the end. */
  private whenWritten(act: () => void): void {
    if (this.underWay) this.next = act;
    else act();
  }

  private begin(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(new URL('writing.js', document.baseURI), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Written | WritingFailure>) => this.hear(data);
    worker.onerror = () => {
      [this.worker, this.underWay] = [null, null]; // so that it can be tried again
      this.refuse(LOST);
    };
    return (this.worker = worker);
  }

  private hear(said: Written | WritingFailure): void {
    const asked = this.underWay;
    this.underWay = null;
    if (!this.examples || !asked) return;
    if (this.isOutdated) this.ask();
    else if (said.kind === 'refused') this.refuse(said.sentence);
    else this.show(said, asked);
  }

  private show({ glyphs, shapes }: Written, { examples, text, choices }: WritingRequest): void {
    const drawn = textOf(examples);
    this.strokes = glyphs.flat().map((points) => ({ points, width: examples.pen }));
    this.say(`Learned from the ${drawn.length === 1 ? 'digit' : 'digits'} ${[...drawn].join(', ')} on the sheet.`);
    byId('hand-written').replaceChildren(...(this.strokes.length ? [renderWriting(this.strokes, text)] : []));
    this.showShapes(renderShapes(shapes, choices));
    URL.revokeObjectURL(this.save.href);
    this.save.href = URL.createObjectURL(new Blob([svgText(this.strokes)], { type: 'image/svg+xml' }));
    this.section.classList.toggle('blank', !this.strokes.length);
    if (this.isOpening) this.section.scrollIntoView({ block: 'nearest' }); // it is as large now as it will be
    this.isOpening = false;
    const act = this.next;
    this.next = null;
    act?.();
  }

  /** Shows other shapes, the keyboard staying where it was among them. */
  private showShapes(shapes: readonly HTMLElement[]): void {
    const { digit, shape } = (document.activeElement as HTMLElement | null)?.dataset ?? {};
    const place = byId('hand-shapes');
    place.replaceChildren(...shapes);
    if (shape !== undefined) place.querySelector<HTMLElement>(`[data-digit="${digit}"][data-shape="${shape}"]`)?.focus();
  }

  private say(sentence: string): void {
    byId('hand-said').textContent = sentence;
  }

  private refuse(sentence: string): void {
    [this.strokes, this.isOpening, this.next] = [[], false, null];
    this.section.classList.add('blank');
    byId('hand-written').replaceChildren();
    if (!this.examples) byId('hand-shapes').replaceChildren();
    this.say(sentence);
  }

  /** Takes a shape for a digit, or leaves it to the hand again where that shape is clicked once more. */
  private choose(target: Element): void {
    const button = target.closest<HTMLElement>('[data-shape]');
    if (!button) return;
    const [digit, shape] = [+button.dataset['digit']!, +button.dataset['shape']!];
    const { [digit]: before, ...others } = this.choices;
    this.choices = before === shape ? others : { ...others, [digit]: shape };
    this.ask();
  }

  private putOnSheet(): void {
    if (!this.strokes.length) return;
    const { side, strokes } = fitSheet(this.strokes);
    const scale = BLANK_SIDE / side;
    const saved = strokes.map(({ w, p }) => ({ w: Math.max(1, w * scale), p: p.map((point) => point.map((value) => value * scale)) }));
    this.put = JSON.stringify(saved);
    window.oneSheet.load({ side: BLANK_SIDE, strokes: saved });
    byId('ink').scrollIntoView({ block: 'nearest' });
  }
}
