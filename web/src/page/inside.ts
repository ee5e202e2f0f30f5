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

/** A picture with boxes over it. */
function boxed(picture: string, width: number, height: number, boxes: readonly BoxCorners[], label: string): SVGElement {
  const line = Math.max(width, height) / 200;
  return svg('svg', { class: 'boxed', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
    svg('image', { href: picture, width, height }),
    ...boxes.map(([x1, y1, x2, y2]) => svg('rect', { x: x1, y: y1, width: x2 - x1, height: y2 - y1, 'stroke-width': line })));
}

function figure(picture: Element, caption: string): HTMLElement {
  const element = html('figure', {}, html('figcaption', {}, caption));
  element.prepend(picture);
  return element;
}

/** Some ink that was shown to the classifier, and its answer. */
function triedFigure(ink: string, { width, height }: Inside, { box: [x1, y1, x2, y2], classId, certain, isChosen }: Tried): HTMLElement {
  const side = 1.2 * Math.max(x2 - x1, y2 - y1);
  const [left, top] = [(x1 + x2 - side) / 2, (y1 + y2 - side) / 2];
  const crop = svg('svg', { class: 'cut', viewBox: `${left} ${top} ${side} ${side}`, 'aria-hidden': 'true' },
    svg('image', { href: ink, width, height }), svg('rect', { x: x1, y: y1, width: x2 - x1, height: y2 - y1, 'stroke-width': side / 50 }));
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

function segmentationSteps(ink: string, inside: Inside): HTMLElement[] {
  const { width, height, pieces, tried } = inside;
  const [whole, parts] = [tried.filter(({ isPart }) => !isPart), tried.filter(({ isPart }) => isPart)];
  const show = (list: readonly Tried[]): HTMLElement[] => list.map((each) => triedFigure(ink, inside, each));
  return [
    step('Pieces', 'What hangs together in the ink.', figure(boxed(ink, width, height, pieces, count(pieces.length, 'piece')), count(pieces.length, 'piece'))),
    step('Readings', 'What the classifier says of each piece, and of neighbours taken together; \u2713 marks what the best grouping takes.', ...show(whole)),
    ...(parts.length ? [step('Cuts', 'Doubtful pieces cut where two symbols may meet, and read part by part.', ...show(parts))] : []),
  ];
}

function detectionStep(picture: string, width: number, height: number, { proposals, kept, confidence }: Candidates): HTMLElement {
  const sure = proposals.filter((each) => each.confidence >= confidence);
  const drawn = (found: Detections, caption: string): HTMLElement => figure(boxed(picture, width, height, found.map(({ box }) => box), caption), caption);
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
  const ink = URL.createObjectURL(inside.ink);
  const whole = svg('svg', { class: 'boxed', viewBox: `0 0 ${inside.width} ${inside.height}`, role: 'img', 'aria-label': 'The ink' },
    svg('image', { href: ink, width: inside.width, height: inside.height }));
  byId('inside-ways').replaceChildren(
    html('div', { class: 'way' }, step('Ink', 'What both ways look at: the pen without its paper.', figure(whole, 'the ink'))),
    way(detection.method, detectionStep(picture, width, height, detection)),
    way(segmentation, ...segmentationSteps(ink, inside)));
  dialogue.addEventListener('close', () => URL.revokeObjectURL(ink), { once: true });
  dialogue.showModal();
}
