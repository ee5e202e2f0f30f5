/** Object by object: what every method thinks it is, over the twelve classes. */

import constants from '../constants.json';
import { argmax } from '../classifiers/calibration';
import { MIN_OBJECT_IOU, objectOverlap } from '../detectors/matching';
import type { MatchedObject, MatchedReadings } from '../comparison/objects';
import type { Reading } from '../comparison/reading';
import { CLASSES, type Detection } from '../detectors/detections';
import { methodOf } from '../detectors/method';
import { NAME, WAYS } from '../detectors/referee';
import { html, styled, svg } from './elements';
import { percent } from './panels';

const { CONFIDENCE_WORDS } = constants['ui.html.objects'];

/** Where a class's bar stands; words need more room than digits. */
function middleOf(classId: number): number {
  return classId < 10 ? classId * 20 + 10 : 229 + 48 * (classId - 10);
}

function bars(row: readonly number[], label: string): SVGElement {
  const best = argmax(row);
  const words = row.map((p, c) => [p, CLASSES[c]!] as const).filter(([p]) => p >= 0.005).sort(([p], [q]) => q - p)
    .map(([p, name]) => `${name} ${percent(p)}`).join(', ');
  return svg('svg', { class: 'bars', viewBox: '0 0 300 80', role: 'img', 'aria-label': `${label}: ${words}` },
    ...row.map((p, c) => svg('g', { class: c === best ? 'best' : undefined },
      svg('title', {}, `${CLASSES[c]} ${(100 * p).toFixed(1)}%`),
      svg('rect', { x: middleOf(c) - 8, y: 62 - 56 * p, width: 16, height: 56 * p + 1 }),
      svg('text', { x: middleOf(c), y: 76 }, CLASSES[c]!))));
}

/** What a method shows of an object, or else its surest proposal there with a remark. */
function opinionOf(matched: MatchedReadings, thing: MatchedObject, place: number, reading: Reading, confidence: number): [Detection, string] | null {
  const row = thing.rows[place];
  if (row !== null && row !== undefined) return [matched.readings[place]![row]!, ''];
  const there = reading.proposals.filter(({ box }) => objectOverlap(box, thing.box) >= MIN_OBJECT_IOU);
  if (!there.length) return null;
  const best = there.reduce((surest, each) => (each.confidence > surest.confidence ? each : surest));
  return [best, best.confidence < confidence ? 'below the threshold' : 'dropped for a surer box over it'];
}

function figure(name: string, opinion: [Detection, string] | null): HTMLElement {
  const { approach, label, colour } = methodOf(name);
  const title = approach === 'Segmentation' ? `${approach}, ${label}`
    : name === NAME ? `${approach}, ${WAYS.map((way) => methodOf(way).label).join(' + ')}` : label;
  const figcaption = html('figcaption', {}, `${title} `);
  const element = styled(html('figure', {}, figcaption), '--tint', colour);
  if (!opinion) {
    element.append(html('p', {}, 'sees nothing here'));
    return element;
  }
  const [{ probabilities, confidence }, remark] = opinion;
  // Two numbers: how likely the class is, as its bar says, and how sure the method is of the object that it boxes.
  const box = `· box ${percent(confidence)}${remark && `, ${remark}`}`;
  figcaption.append(html('b', {}, CLASSES[argmax(probabilities)]!), ` ${percent(Math.max(...probabilities))} `,
    html('span', { class: 'weak', title: CONFIDENCE_WORDS }, box));
  element.append(bars(probabilities, title));
  return element;
}

/** One card an object, of which the page shows one: `selected`, then what is pointed at. */
export function renderCards(matched: MatchedReadings, readings: readonly Reading[], confidence: number, selected: string): HTMLElement {
  const buttons = matched.objects.map(({ letter }) =>
    html('button', { type: 'button', 'data-object': letter, class: letter === selected ? 'selected' : '', 'aria-label': `Object ${letter}` }, letter));
  const cards = matched.objects.map((thing) =>
    html('article', { class: `card${thing.letter === selected ? ' selected' : ''}`, 'data-card': thing.letter },
      html('div', { class: 'crop' }, html('span', { class: 'letter' }, thing.letter)),
      html('div', { class: 'opinions' },
        ...readings.map((reading, place) => figure(reading.method, opinionOf(matched, thing, place, reading, confidence))))));
  return html('section', { class: 'objects', 'aria-label': 'Probabilities of each object' },
    html('header', {}, html('h3', {}, 'What each method thinks'),
      html('span', { class: 'hint' }, 'Point at an object, or choose its letter:'), html('nav', {}, ...buttons)),
    ...cards);
}
