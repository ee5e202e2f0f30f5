// Boxes and classes on a drawing, changed by mouse, finger or keyboard.  The server sets this component's value to
// {at, picture, size: [width, height], objects: [{box, label, readings}], methods}; what a person ends with goes back as
// {at, act, objects} and a "submit".  An "input" asks the server for the drawing that is current.
const CLASSES = props.classes, svg = element.querySelector('svg'), boxes = svg.querySelector('.boxes');
const image = svg.querySelector('image'), KEY_STEP = 2, MIN_SIDE = 6, MAX_HISTORY = 100;
const KEYS = Object.fromEntries(CLASSES.map((name) => [name[0], name]));
let sheet = {at: 0, size: [400, 400], methods: []}, objects = [], first = '[]', chosen = -1, past = [], adding = false, drag = null;
const pixels = document.createElement('canvas');

const unit = () => Math.max(...sheet.size) / 400;
const copy = () => JSON.parse(JSON.stringify(objects));
const say = (text) => { element.querySelector('.said').textContent = text; };
const ns = (name, attributes, parent) => {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.append(node); return node;
};
function remember() { past.push({objects: copy(), chosen}); if (past.length > MAX_HISTORY) past.shift(); }
function clip(box) {
  const [w, h] = sheet.size, x = [box[0], box[2]].sort((a, b) => a - b), y = [box[1], box[3]].sort((a, b) => a - b);
  const fit = (low, high, most) => { low = Math.max(0, Math.min(low, most - MIN_SIDE)); return [low, Math.min(most, Math.max(high, low + MIN_SIDE))]; };
  const [x1, x2] = fit(...x, w), [y1, y2] = fit(...y, h);
  return [x1, y1, x2, y2].map((v) => Math.round(v * 10) / 10);
}

function paint(focus) {
  const u = unit(), font = 15 * u;
  svg.setAttribute('viewBox', `0 0 ${sheet.size[0]} ${sheet.size[1]}`);
  svg.classList.toggle('adding', adding);
  boxes.replaceChildren();
  objects.forEach((o, k) => {
    const [x1, y1, x2, y2] = o.box, is = k === chosen, wide = (0.62 * o.label.length + 0.9) * font;
    const group = ns('g', {class: `item${is ? ' chosen' : ''}${o.changed ? ' changed' : ''}`, tabindex: 0, role: 'button', 'data-item': k,
      'aria-pressed': is, 'aria-label': `Object ${k + 1} of ${objects.length}: ${o.label}`}, boxes);
    ns('rect', {x: x1, y: y1, width: x2 - x1, height: y2 - y1}, group);
    const top = y1 - font * 1.2 >= 0 ? y1 - font * 1.2 : y1, left = Math.min(x1, Math.max(0, sheet.size[0] - wide));
    ns('rect', {class: 'tag', x: left, y: top, width: wide, height: font * 1.2, rx: 2 * u}, group);
    ns('text', {x: left + wide / 2, y: top + font * 0.95, 'font-size': font}, group).textContent = o.label;
    if (is) [[0, 1], [2, 1], [0, 3], [2, 3]].forEach(([a, b], n) => {
      ns('circle', {class: 'corner', cx: o.box[a], cy: o.box[b], r: 5 * u}, group);
      ns('circle', {class: `grip${n === 1 || n === 2 ? ' other' : ''}`, cx: o.box[a], cy: o.box[b], r: 15 * u, 'data-corner': `${a},${b}`}, group);
    });
  });
  if (focus && chosen >= 0) boxes.children[chosen].focus({preventScroll: true});
  paintSide();
}
function cell(row, text, differs) { const td = document.createElement('td'); td.textContent = text; if (differs) td.className = 'differs'; row.append(td); }
function paintSide() {
  const head = element.querySelector('thead'), body = element.querySelector('tbody');
  head.replaceChildren(); body.replaceChildren();
  const titles = document.createElement('tr'); head.append(titles);
  for (const text of ['', 'label', ...sheet.methods]) { const th = document.createElement('th'); th.scope = 'col'; th.textContent = text; titles.append(th); }
  objects.forEach((o, k) => {
    const row = document.createElement('tr'); row.dataset.row = k; if (k === chosen) row.className = 'chosen'; body.append(row);
    cell(row, k + 1); cell(row, o.label);
    for (const method of sheet.methods) { const read = (o.readings || {})[method] || '\u2013'; cell(row, read, read !== o.label); }
  });
  element.querySelectorAll('.classes button').forEach((b) => {
    b.setAttribute('aria-pressed', chosen >= 0 && objects[chosen].label === b.dataset.label); b.disabled = chosen < 0;
  });
  const off = {remove: chosen < 0, split: chosen < 0, join: chosen < 0 || objects.length < 2, undo: !past.length && !props.actions.some(([act]) => act === 'back')};
  for (const [act, is] of Object.entries(off)) element.querySelector(`[data-act=${act}]`).disabled = is;
  element.querySelector('[data-act=add]').setAttribute('aria-pressed', adding);
}

// Where to cut a box: the column, or in a tall one the row, with least ink in the middle half.
function cutAt([x1, y1, x2, y2], tall) {
  const w = Math.max(1, Math.round(x2 - x1)), h = Math.max(1, Math.round(y2 - y1)), n = tall ? h : w;
  let sums = new Array(n).fill(0);
  try {
    const data = pixels.getContext('2d', {willReadFrequently: true}).getImageData(Math.round(x1), Math.round(y1), w, h).data;
    const paper = data[0] > 127 ? 255 : 0;
    for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) sums[tall ? y : x] += Math.abs(paper - data[4 * (y * w + x)]);
  } catch (_) { /* the picture is not there yet: the middle will do */ }
  let best = n >> 1;
  for (let k = n >> 2; k <= n - (n >> 2); k++) if (sums[k] < sums[best] || (sums[k] === sums[best] && Math.abs(k - n / 2) < Math.abs(best - n / 2))) best = k;
  return (tall ? y1 : x1) + best;
}
const middle = (o) => [(o.box[0] + o.box[2]) / 2, (o.box[1] + o.box[3]) / 2];
const acts = {
  label: (name) => { objects[chosen].changed = true; objects[chosen].label = name; say(`Object ${chosen + 1} is ${name}`); },
  remove: () => { objects.splice(chosen, 1); chosen = Math.min(chosen, objects.length - 1); say('Deleted'); },
  split: () => {
    const o = objects[chosen], [x1, y1, x2, y2] = o.box, tall = y2 - y1 > 2.2 * (x2 - x1), at = cutAt(o.box, tall);
    const halves = tall ? [[x1, y1, x2, at], [x1, at, x2, y2]] : [[x1, y1, at, y2], [at, y1, x2, y2]];
    objects.splice(chosen, 1, ...halves.map((box) => ({box: clip(box), label: o.label, readings: {}, changed: true}))); say('Split in two');
  },
  join: () => {
    const from = middle(objects[chosen]), far = (o) => Math.hypot(middle(o)[0] - from[0], middle(o)[1] - from[1]);
    const near = objects.map((o, k) => k).filter((k) => k !== chosen).sort((a, b) => far(objects[a]) - far(objects[b]))[0];
    const a = objects[chosen].box, b = objects[near].box;
    objects[chosen] = {...objects[chosen], readings: {}, changed: true, box: [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]};
    objects.splice(near, 1); if (near < chosen) chosen--; say('Joined with the nearest');
  },
  place: (box) => { objects.push({box: clip(box), label: '0', readings: {}, changed: true}); chosen = objects.length - 1; say('Added: press its class'); },
  nudge: (dx, dy, corner) => {
    const o = objects[chosen], d = [corner ? 0 : dx, corner ? 0 : dy, dx, dy].map((v) => v * KEY_STEP * unit());
    o.box = clip(o.box.map((v, k) => v + d[k])); o.changed = true;
  },
};
function change(name, ...how) {
  if (name !== 'place' && chosen < 0) return;
  if (name === 'join' && objects.length < 2) return;
  remember(); acts[name](...how); paint(true);
}
function undo() {
  if (past.length) { ({objects, chosen} = past.pop()); say('Undone'); paint(true); }
  else if (props.actions.some(([act]) => act === 'back')) end('back');
}
function add() {
  if (drag === null && adding) { adding = false; paint(); return; }
  adding = true; paint(); say('Drag a box, or press N again for one in the middle');
}
function end(act) {
  props.value = {at: sheet.at, act, objects: objects.map((o) => ({box: o.box, label: o.label}))};
  trigger('submit');
}
function choose(k) { if (k !== chosen) { chosen = k; paint(true); } }

const where = (e) => {
  const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [p.x, p.y];
};
svg.addEventListener('pointerdown', (e) => {
  if (drag || (e.pointerType === 'mouse' && e.button !== 0)) return;
  const item = e.target.closest('[data-item]'), grip = e.target.closest('[data-corner]'), from = where(e);
  if (!item && !adding && e.pointerType !== 'mouse') return;      // a finger on paper scrolls the page
  e.preventDefault();
  try { svg.setPointerCapture(e.pointerId); } catch (_) { /* a made-up pointer can't be captured */ }
  drag = {id: e.pointerId, from, corner: null, box: null, moved: false, before: {objects: copy(), chosen}};
  if (item && !adding) {
    choose(+item.dataset.item);
    drag.box = objects[chosen].box.slice();
    if (grip) drag.corner = grip.dataset.corner.split(',').map(Number);
  }
});
svg.addEventListener('pointermove', (e) => {
  if (!drag || e.pointerId !== drag.id) return;
  const [x, y] = where(e), [dx, dy] = [x - drag.from[0], y - drag.from[1]];
  if (!drag.moved && Math.hypot(dx, dy) < 4 * unit()) return;
  if (!drag.moved && !drag.box) { acts.place([...drag.from, x, y]); adding = false; }
  drag.moved = true;
  const o = objects[chosen];
  if (!drag.box) o.box = clip([...drag.from, x, y]);
  else if (drag.corner) { const box = drag.box.slice(); box[drag.corner[0]] += dx; box[drag.corner[1]] += dy; o.box = clip(box); }
  else o.box = clip(drag.box.map((v, k) => v + (k % 2 ? dy : dx)));
  o.changed = true; paint();
});
for (const name of ['pointerup', 'pointercancel', 'lostpointercapture']) svg.addEventListener(name, (e) => {
  if (!drag || e.pointerId !== drag.id) return;
  if (drag.moved) { past.push(drag.before); paint(true); }
  drag = null;
});
boxes.addEventListener('focusin', (e) => { const item = e.target.closest('[data-item]'); if (item && !drag) choose(+item.dataset.item); });

element.querySelector('.classes').append(...CLASSES.map((name) => {
  const button = document.createElement('button'); button.type = 'button'; button.dataset.label = name; button.textContent = name;
  return button;
}));
element.querySelector('.ends').append(...props.actions.filter(([act]) => act !== 'back').map(([act, text, key]) => {
  const button = document.createElement('button'); button.type = 'button'; button.dataset.end = act; button.textContent = text; button.title = key;
  return button;
}));
element.addEventListener('click', (e) => {
  const {label, act, end: ends} = (e.target.closest('button') || {dataset: {}}).dataset, row = e.target.closest('[data-row]');
  if (label) change('label', label);
  else if (act === 'add') add(); else if (act === 'undo') undo();
  else if (act) change(act);
  else if (ends) end(ends);
  else if (row) choose(+row.dataset.row);
});
function press(e) {
  if (e.altKey || e.target.closest('input, textarea, select')) return;
  const key = e.key.toLowerCase(), move = {arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1]}[key];
  const ends = props.actions.find(([, , name]) => name.toLowerCase() === key);
  if (e.ctrlKey || e.metaKey) { if (key !== 'z') return; undo(); }
  else if (ends && !(key === 'enter' && e.target.closest('button'))) end(ends[0]);
  else if (KEYS[key]) change('label', KEYS[key]);
  else if (move) change('nudge', ...move, e.shiftKey);
  else if (key === 'delete' || key === 'backspace') change('remove');
  else if (key === 's') change('split'); else if (key === 'j') change('join'); else if (key === 'u') undo();
  else if (key === 'n') {
    const [w, h] = sheet.size;
    adding = false; change('place', [0.35 * w, 0.3 * h, 0.65 * w, 0.7 * h]);
  } else return;
  e.preventDefault(); e.stopPropagation();
}
// Where the page is nothing but this editor, its keys work wherever the focus is.
(props.everywhere ? document : element).addEventListener('keydown', press);

function load() {
  const next = props.value;
  if (!next || !next.picture) return;
  sheet = next; objects = next.objects.map((o) => ({...o})); past = []; adding = false; drag = null;
  chosen = objects.length ? Math.max(0, next.choose || 0) : -1;
  image.setAttribute('href', next.picture); image.setAttribute('width', next.size[0]); image.setAttribute('height', next.size[1]);
  const picture = new Image();
  picture.onload = () => { [pixels.width, pixels.height] = next.size; pixels.getContext('2d').drawImage(picture, 0, 0, ...next.size); };
  picture.src = next.picture;
  paint(props.everywhere);
}
// The drawing that this one goes with changed: ask for it, once the pen rests.
function follow() {
  const place = document.querySelector(props.follows);
  if (!place) { setTimeout(follow, 300); return; }
  // The page says on it which request was answered last; it is changed in place.
  const answered = () => place.querySelector('[data-at]')?.dataset.at;
  let last = answered(), waiting = null;
  new MutationObserver(() => {
    if (answered() === last) return;
    last = answered();
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (element.offsetParent) trigger('input'); }, 500);
  }).observe(place, {attributes: true, childList: true, subtree: true, characterData: true});
}
if (props.follows) follow();
watch('value', load);
paint();
load();
