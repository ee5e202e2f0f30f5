/** The way from the drawing on the sheet to its readings, in pictures: a dialogue over the page, which Escape closes. */

import { type BoxCorners, CLASSES, type Detections } from '../detectors/detections';
import { methodOf } from '../detectors/method';
import { byId, html, styled, svg } from './elements';
import type { Inside, Tried } from './messages';
import { percent } from './panels';

/** A way's proposals before any threshold, and what the page shows of them. */
export interface Candidates {
  readonly method: string;
  readonly proposals: Detections;
  readonly kept: Detections;
  readonly confidence: number;
}

/** A picture, and where all that is of interest in it lies. */
interface Pictured {
  readonly address: string;
  readonly width: number;
  readonly height: number;
  readonly bounds: BoxCorners;
}

/** What several boxes take, with some paper around it. */
function pictured(address: string, width: number, height: number, boxes: readonly BoxCorners[]): Pictured {
  const margin = Math.max(width, height) / 40;
  const least = (edge: 0 | 1): number => Math.max(0, Math.min(...boxes.map((box) => box[edge])) - margin);
  const most = (edge: 2 | 3, side: number): number => Math.min(side, Math.max(...boxes.map((box) => box[edge])) + margin);
  return { address, width, height, bounds: boxes.length ? [least(0), least(1), most(2, width), most(3, height)] : [0, 0, width, height] };
}

/** A picture with boxes over it. */
function boxed({ address, width, height, bounds: [left, top, right, bottom] }: Pictured, boxes: readonly BoxCorners[], label: string): SVGElement {
  const line = Math.max(right - left, bottom - top) / 200;
  return svg('svg', { class: 'boxed', viewBox: `${left} ${top} ${right - left} ${bottom - top}`, role: 'img', 'aria-label': label },
    svg('image', { href: address, width, height }),
    ...boxes.map(([x1, y1, x2, y2]) => svg('rect', { x: x1, y: y1, width: x2 - x1, height: y2 - y1, 'stroke-width': line })));
}

function figure(picture: Element, caption: string): HTMLElement {
  const element = html('figure', {}, html('figcaption', {}, caption));
  element.prepend(picture);
  return element;
}

/** Some ink that was shown to the classifier, and its answer. */
function triedFigure({ address, width, height }: Pictured, { box: [x1, y1, x2, y2], classId, certain, isChosen }: Tried): HTMLElement {
  const side = 1.2 * Math.max(x2 - x1, y2 - y1);
  const [left, top] = [(x1 + x2 - side) / 2, (y1 + y2 - side) / 2];
  const crop = svg('svg', { class: 'cut', viewBox: `${left} ${top} ${side} ${side}`, 'aria-hidden': 'true' },
    svg('image', { href: address, width, height }), svg('rect', { x: x1, y: y1, width: x2 - x1, height: y2 - y1, 'stroke-width': side / 50 }));
  const element = figure(crop, `${isChosen ? '\u2713 ' : ''}${CLASSES[classId]} ${percent(certain)}`);
  element.classList.toggle('chosen', isChosen);
  return element;
}

function step(title: string, words: string, ...pictures: readonly HTMLElement[]): HTMLElement {
  return html('section', {}, html('h3', {}, title), html('p', { class: 'foot' }, words), html('div', { class: 'strip-of-figures' }, ...pictures));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function segmentationSteps(ink: Pictured, inside: Inside): HTMLElement[] {
  const { pieces, tried } = inside;
  const [whole, parts] = [tried.filter(({ isPart }) => !isPart), tried.filter(({ isPart }) => isPart)];
  const show = (list: readonly Tried[]): HTMLElement[] => list.map((each) => triedFigure(ink, each));
  return [
    step('Pieces', 'What hangs together in the ink.', figure(boxed(ink, pieces, count(pieces.length, 'piece')), count(pieces.length, 'piece'))),
    step('Readings', 'What the classifier says of each piece, and of neighbours taken together; \u2713 marks what the best grouping takes.', ...show(whole)),
    ...(parts.length ? [step('Cuts', 'Doubtful pieces cut where two symbols may meet, and read part by part.', ...show(parts))] : []),
  ];
}

function detectionStep(picture: Pictured, { proposals, kept, confidence }: Candidates): HTMLElement {
  const sure = proposals.filter((each) => each.confidence >= confidence);
  const drawn = (found: Detections, caption: string): HTMLElement => figure(boxed(picture, found.map(({ box }) => box), caption), caption);
  return step('Boxes', `Boxes that reach the confidence, and of those that overlap too much only the surest (non-maximum suppression).`,
    drawn(proposals, count(proposals.length, 'candidate')), drawn(sure, `${sure.length} sure enough`), drawn(kept, `${kept.length} kept`));
}

function way(method: string, ...steps: readonly HTMLElement[]): HTMLElement {
  const { approach, label, colour } = methodOf(method);
  return styled(html('div', { class: 'way' }, html('h2', {}, approach, html('span', { class: 'hint' }, ` ${label}`)), ...steps), '--tint', colour);
}

/**
 * Opens the dialogue.
 *
 * @param picture address of the drawing as it is shown, of this width and height.
 */
export function openInside(inside: Inside, segmentation: string, detection: Candidates, picture: string, width: number, height: number): void {
  const dialogue = byId<HTMLDialogElement>('inside');
  const address = URL.createObjectURL(inside.ink);
  const ink = pictured(address, inside.width, inside.height, inside.pieces);
  const drawing = pictured(picture, width, height, detection.proposals.map(({ box }) => box));
  byId('inside-ways').replaceChildren(
    html('div', { class: 'way' }, step('Ink', 'What both ways look at: the pen without its paper.',
      figure(boxed(ink, [], 'The ink'), `${inside.width} × ${inside.height} pixels`))),
    way(detection.method, detectionStep(drawing, detection)),
    way(segmentation, ...segmentationSteps(ink, inside)));
  dialogue.addEventListener('close', () => URL.revokeObjectURL(address), { once: true });
  dialogue.showModal();
}
