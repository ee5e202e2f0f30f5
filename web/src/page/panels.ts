/** A method's result: the reading in large type, the drawing with its objects, and the same in words. */

import constants from '../constants.json';
import { objectKind } from '../comparison/agreement';
import type { MatchedReadings } from '../comparison/objects';
import { type BoxCorners, CENSORED, CLASSES, type Detection, type Detections, OTHER } from '../detectors/detections';
import { MIN_CONFIDENCE } from '../detectors/detector';
import { methodOf } from '../detectors/method';
import { html, styled, svg } from './elements';
import { placeTags, tagWidth } from './tags';

const { CENSORED_WORD, DIFFERENCE_MARKS, DIFFERENCE_WORDS, EMPTY_READING, LINES, SIGNS } = constants['ui.html.panels'];
const { FONT_UNITS, TAG_HEIGHT } = constants['ui.html.tags'];

type Mark = keyof typeof DIFFERENCE_MARKS;

/** One object as one panel shows it: found here, or the other method's box where this one misses it. */
interface PanelObject {
  readonly letter: string;
  readonly kind: Mark;
  readonly found: Detection | null;
  readonly box: BoxCorners;
}

/** What a panel needs to know. */
export interface PanelContent {
  readonly matched: MatchedReadings;
  /** Places of the panel's reading, and of the one it is compared with. */
  readonly mine: number;
  readonly other: number;
  readonly proposals: Detections;
  readonly milliseconds: number;
  readonly confidence: number;
  readonly width: number;
  readonly height: number;
  /** Address of the drawing as it may be shown. */
  readonly picture: string;
}

function panelObjects({ matched, mine, other }: PanelContent): PanelObject[] {
  return matched.objects.flatMap((thing): PanelObject[] => {
    const kind = objectKind(matched, thing, mine, other);
    if (kind === null) return [];
    if (kind === 'second') return [{ letter: thing.letter, kind: 'missed', found: null, box: thing.box }];
    const found = matched.readings[mine]![thing.rows[mine]!]!;
    return [{ letter: thing.letter, kind: kind === 'first' ? 'extra' : kind, found, box: found.box }];
  });
}

export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

function inWords(objects: readonly PanelObject[]): string {
  const items = objects.flatMap(({ letter, found }) =>
    (found ? [`${letter}\u00A0${CLASSES[found.classId]}\u00A0(${percent(found.confidence)})`] : []));
  return items.length ? `${items.length} object${items.length > 1 ? 's' : ''}: ${items.join(', ')}.` : 'No objects.';
}

/** What a panel says under a drawing on which something is found and this is read. */
function footWords(found: Detections, objects: readonly PanelObject[], text: string): string {
  const mixed = found.some((each) => each.classId < CENSORED) && found.some((each) => each.classId === OTHER);
  const isCensored = found.some((each) => each.classId === CENSORED);
  const said: [string, boolean][] = [[SIGNS, mixed], [CENSORED_WORD, isCensored], [LINES, text.includes('\n')]];
  return [inWords(objects), ...said.flatMap(([sentence, applies]) => (applies ? [sentence] : []))].join(' ');
}

/** What an object's tag says, and what is said when it is pointed at. */
function labelAndTitle({ letter, kind, found }: PanelObject): [string, string] {
  const mark = DIFFERENCE_MARKS[kind];
  if (!found) return [mark, `Object ${letter} is ${DIFFERENCE_WORDS.missed}`];
  const name = CLASSES[found.classId]!;
  const difference = kind === 'same' ? '' : `, ${DIFFERENCE_WORDS[kind as keyof typeof DIFFERENCE_WORDS]}`;
  return [`${mark} ${name}`.trim(), `Object ${letter}: ${name}, confidence ${percent(found.confidence)}${difference}`];
}

/** What an object's tag says beside its letter: of what is no digit only the mark, where its name is too wide for its box. */
function tagLabel(object: PanelObject, font: number): string {
  const [label] = labelAndTitle(object);
  const isDigit = !object.found || object.found.classId < CENSORED;
  return isDigit || tagWidth(label, font) <= object.box[2] - object.box[0] ? label : DIFFERENCE_MARKS[object.kind];
}

/** One object: its box, and a tag with its mark and label, of which left and top are given. */
function objectGroup(object: PanelObject, unit: number, [tagX, tagY]: readonly [number, number]): SVGElement {
  const font = FONT_UNITS * unit;
  const [x1, y1, x2, y2] = object.box;
  const [label, title] = [tagLabel(object, font), labelAndTitle(object)[1]];
  const tag = tagWidth(label, font);
  const pad = 2 * unit;
  const dash = object.kind === 'same' ? undefined : `${(object.kind === 'missed' ? 1.5 : 7) * unit} ${4 * unit}`;
  return svg('g', { class: `object ${object.kind}`, 'data-object': object.letter, tabindex: 0, role: 'button', 'aria-label': title },
    svg('title', {}, title),
    svg('rect', { class: 'box', x: x1 - pad, y: y1 - pad, width: x2 - x1 + 2 * pad, height: y2 - y1 + 2 * pad,
      'stroke-width': 2.4 * unit, 'stroke-dasharray': dash, 'stroke-linecap': dash && 'round' }),
    svg('g', { class: 'label' },
      svg('rect', { class: 'tag', x: tagX, y: tagY, width: tag, height: font * 1.2, rx: 3 * unit }),
      svg('text', { x: tagX + tag / 2, y: tagY + font * 0.95, 'font-size': font },
        svg('tspan', { class: 'letter', 'font-size': 0.7 * font }, object.letter), ` ${label}`)));
}

function legend(objects: readonly PanelObject[]): HTMLElement | null {
  const kinds = (Object.keys(DIFFERENCE_WORDS) as (keyof typeof DIFFERENCE_WORDS)[])
    .filter((kind) => objects.some((each) => each.kind === kind));
  const keys = kinds.map((kind) => html('span', { class: `key ${kind}` }, html('b', {}, DIFFERENCE_MARKS[kind]), ` ${DIFFERENCE_WORDS[kind]}`));
  return kinds.length ? html('p', { class: 'legend' }, ...keys) : null;
}

function header(name: string, milliseconds?: number): HTMLElement {
  const { approach, label } = methodOf(name);
  return html('header', {}, html('h2', {}, approach), html('span', { class: 'method' }, label),
    milliseconds === undefined ? null
      : html('span', { class: 'time', title: 'From the drawing to the boxes, on this device' }, `${Math.round(milliseconds)} ms`));
}

function section(name: string, ...children: readonly (HTMLElement | null)[]): HTMLElement {
  return styled(html('section', { class: 'panel' }, ...children), '--tint', methodOf(name).colour);
}

/** One method's panel before anything is drawn. */
export function renderEmptyPanel(name: string, words: string): HTMLElement {
  const reading = html('div', { class: 'reading', 'aria-live': 'polite' }, ...headline('', EMPTY_READING));
  return section(name, header(name), styled(reading, '--length', EMPTY_READING.length),
    html('div', { class: 'sheet empty' }, html('p', {}, words)));
}

/** How much of a network has come, in words; updated where `data-loading` names it. */
export function loadingWords(name: string, [bytes, total]: readonly [number, number]): string {
  if (!total) return `${methodOf(name).label} could not be loaded.`;
  if (bytes >= total) return `${methodOf(name).label} is being made ready.`;
  return `${methodOf(name).label} is still loading: ${megabytes(bytes)} of ${megabytes(total)} MB`;
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** One method's panel while its network is still to come. */
export function renderLoadingPanel(name: string, words: string): HTMLElement {
  return section(name, header(name), html('div', { class: 'reading idle' }, '…'),
    html('div', { class: 'sheet empty' }, html('p', { 'data-loading': name }, words)));
}

function headline(text: string, words: string): (HTMLElement | string)[] {
  if (!text) return [html('span', { class: 'words' }, words)];
  return text.split('\n').flatMap((line, k) => [
    ...(k ? [html('span', { class: 'stroke' }, ' / ')] : []), html('span', {}, line)]);
}

/** What a panel says where a method finds nothing at this confidence. */
function bestGuess({ proposals, confidence }: PanelContent): string {
  const best = Math.max(0, ...proposals.map((each) => each.confidence));
  const guess = best >= MIN_CONFIDENCE ? `; the best guess has ${best.toFixed(2)}.` : '.';
  return `Nothing reaches a confidence of ${confidence.toFixed(2)}${guess}`;
}

/** One method's panel. */
export function renderPanel(name: string, content: PanelContent): HTMLElement {
  const { matched, mine, width, height } = content;
  const objects = panelObjects(content);
  const foot = matched.readings[mine]!.length ? footWords(matched.readings[mine]!, objects, matched.text(mine)) : bestGuess(content);
  const words = matched.words(mine);
  const unit = Math.max(width, height) / 400;
  const widths = objects.map((each) => tagWidth(tagLabel(each, FONT_UNITS * unit), FONT_UNITS * unit));
  const tags = placeTags(objects.map((each) => each.box), widths, TAG_HEIGHT * FONT_UNITS * unit, [width, height]);
  const drawing = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': inWords(objects) },
    svg('image', { href: content.picture, width, height }), ...objects.map((each, k) => objectGroup(each, unit, tags[k]!)));
  const reading = html('div', { class: 'reading', 'aria-live': 'polite' }, ...headline(matched.text(mine), words));
  const sheet = html('div', { class: 'sheet' });
  sheet.append(drawing);
  return section(name, header(name, content.milliseconds), styled(reading, '--length', Math.max(words.length, 1)), sheet,
    legend(objects), html('p', { class: 'foot' }, foot));
}
