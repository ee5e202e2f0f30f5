// Live ink, and with it the one sheet: strokes over a picture.  Gradio's Sketchpad is the other way to write on it.
// Whatever is written or opened is asked of the server as this component's value, the latest request last; the answer
// "lands" (see page.js): it says which request it belongs to and, where the sheet's picture changed, shows it.
// A pad that is alone (props.alone) is a sheet of its own: its value is its strokes, whenever the pen is lifted.
const side = props.side, alone = props.alone, canvas = element.querySelector('canvas'), ink = canvas.getContext('2d');
const here = element.querySelector('.here'), width = element.querySelector('.width'), file = element.querySelector('input[type=file]');
const STEP = 8, NEAR = 1.2;                        // px a key moves the pen; points closer together than NEAR are dropped
const MAX_HISTORY = 60, SHEET = 'digit-duel-sheet', PAD = 'digit-duel-pad';
here.textContent = alone ? 'Draw one digit here' : 'Draw a number here';
let sheet = {strokes: [], picture: null, pen: '#000000'}, past = [], future = [];
let holder = null, at = null, waiting = null, reported = 0;
let on = 'editor', asked = 0, answered = 0, request = {};
let brush = '#000000';                             // of Gradio's pad
let editorIsOld = false, editorActs = null;        // its picture is not the sheet's; what the visitor last did there
const picture = new Image();
// Its classes say what the page is at; Gradio lets a page's style sheet reach no further up.
const root = element.closest('#tabs').parentElement;

const copy = (list) => list.map((s) => ({w: s.w, p: s.p.map((q) => q.slice())}));
const say = (text) => { element.querySelector('.said').textContent = text; };
const blank = (s) => !s.strokes.length && !s.picture;
function keep(name, text) { try { localStorage.setItem(name, text); } catch (_) { /* full or forbidden: it lasts until the page goes */ } }
function kept(name) { try { return localStorage.getItem(name); } catch (_) { return null; } }

function paint() {
  const pixels = Math.max(1, Math.round((canvas.clientWidth || side) * devicePixelRatio));
  if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  ink.setTransform(pixels / side, 0, 0, pixels / side, 0, 0);
  ink.fillStyle = '#fff'; ink.fillRect(0, 0, side, side);
  if (sheet.picture && picture.complete && picture.naturalWidth) ink.drawImage(picture, 0, 0, side, side);
  ink.lineCap = ink.lineJoin = 'round'; ink.strokeStyle = sheet.pen;
  for (const stroke of sheet.strokes) {
    ink.lineWidth = stroke.w; ink.beginPath(); ink.moveTo(...stroke.p[0]);
    for (const point of stroke.p) ink.lineTo(...point);
    ink.stroke();
  }
  if (at) { ink.lineWidth = 1.5; ink.strokeStyle = '#B34700'; ink.beginPath(); ink.arc(at[0], at[1], width.value / 2 + 4, 0, 7); ink.stroke(); }
  const off = {undo: !past.length, clear: blank(sheet), save: !sheet.strokes.length, redo: !future.length};
  for (const [name, is] of Object.entries(off)) element.querySelector(`[data-act=${name}]`).disabled = is;
  here.hidden = !blank(sheet);
  if (!alone) root.classList.toggle('can-return', blank(sheet) && past.some((s) => !blank(s)));
}
picture.onload = paint;
function show(next) {
  if (next.picture !== sheet.picture) picture.src = next.picture || '';
  sheet = next; paint();
}
function remember() {
  past.push({...sheet, strokes: copy(sheet.strokes)}); if (past.length > MAX_HISTORY) past.shift();
  future = [];
}

// What is asked.  An address with a view in it is out of date from the first request on that is not for that view.
function ask(source) {
  clearTimeout(waiting); waiting = null; reported = performance.now();
  asked = Math.max(asked + 1, Date.now());
  root.classList.add('stale');
  if (!('editor' in source)) editorActs = null;      // what the answer shows on Gradio's pad is no hand's doing
  if (!source.view && new URLSearchParams(location.search).has('view')) {
    const address = new URL(location.href); address.searchParams.delete('view'); history.replaceState(null, '', address);
  }
  const share = document.getElementById('share'); if (share) share.classList.add('old-link');
  request = source;
  props.value = {...source, on, brush, at: asked};
}
function report() {
  if (alone) { props.value = {side, strokes: copy(sheet.strokes)}; return; }
  keep(SHEET, JSON.stringify(sheet)); ask({side, strokes: copy(sheet.strokes), picture: sheet.picture});
}
function reportSoon() { if (!alone) waiting = waiting || setTimeout(report, Math.max(0, props.every - (performance.now() - reported))); }
function changed() { editorIsOld = on === 'ink'; paint(); report(); }

// What lands.
function land(number, data, pen, newBrush) {
  answered = number;
  if (newBrush) brush = newBrush;
  if (number >= asked) root.classList.remove('stale');
  if (data === undefined || number < asked || holder !== null) return;
  const byEditor = 'editor' in request;
  if (byEditor && editorActs === 'undo' && past.length) { future.push(sheet); past.pop(); } else if (!blank(sheet) || !past.length) remember();
  else future = [];
  if (editorActs === 'undo') editorActs = 'write';   // a stroke may have begun meanwhile
  editorIsOld = !byEditor && on === 'ink';
  show({strokes: [], picture: data || null, pen});
  if (!('view' in request)) keep(SHEET, JSON.stringify(sheet));  // whoever only looks at another's drawing keeps his own
}

// Gradio's pad.  A change that no hand made is the page's own doing and needs no reading.
function wrote(picture) {
  if (editorActs) ask({editor: picture});
}
function use(pad) {
  on = pad; keep(PAD, pad);
  root.classList.toggle('uses-ink', on === 'ink');
  document.querySelectorAll('#pads [data-pad]').forEach((b) => b.setAttribute('aria-selected', b.dataset.pad === on));
  paint();
  if (on === 'editor' && editorIsOld) { editorIsOld = false; report(); }
}
if (!alone) document.addEventListener('pointerdown', (e) => {
  const inside = e.target.closest && e.target.closest('#pad');
  if (!inside) return;
  const button = e.target.closest('button'), label = button ? button.getAttribute('aria-label') : '';
  editorActs = label === 'Undo' ? 'undo' : 'write';
}, true);

function put(x, y, begins) {
  const point = [x, y].map((v) => Math.round(10 * Math.min(side, Math.max(0, v))) / 10);
  if (begins) { remember(); sheet.strokes.push({w: +width.value, p: [point]}); editorIsOld = true; }
  else {
    const last = sheet.strokes.at(-1).p.at(-1);
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < NEAR) return;
    sheet.strokes.at(-1).p.push(point);
  }
  reportSoon();
}
function lift() { if (holder === null) return; holder = null; report(); }
const where = (e) => { const r = canvas.getBoundingClientRect(); return [(e.clientX - r.left) * side / r.width, (e.clientY - r.top) * side / r.height]; };

canvas.addEventListener('pointerdown', (e) => {
  if (holder !== null || (e.pointerType === 'mouse' && e.button !== 0)) return;
  e.preventDefault(); canvas.focus({preventScroll: true});
  try { canvas.setPointerCapture(e.pointerId); } catch (_) { /* a made-up pointer can't be captured */ }
  holder = e.pointerId; at = null; put(...where(e), true); paint();
});
canvas.addEventListener('pointermove', (e) => {
  if (e.pointerId !== holder) return;
  const between = e.getCoalescedEvents ? e.getCoalescedEvents() : [];
  for (const each of between.length ? between : [e]) put(...where(each));
  paint();
});
for (const name of ['pointerup', 'pointercancel', 'lostpointercapture'])
  canvas.addEventListener(name, (e) => { if (e.pointerId === holder) lift(); });

const acts = {
  undo: () => { if (past.length) { future.push(sheet); show(past.pop()); } },
  redo: () => { if (future.length) { past.push(sheet); show(future.pop()); } },
  clear: () => { if (!blank(sheet)) { remember(); show({strokes: [], picture: null, pen: '#000000'}); } },
};
function act(name) {
  if (name === 'open') { file.click(); return; }
  if (name === 'save') {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify({side, strokes: sheet.strokes})], {type: 'application/json'}));
    link.download = 'strokes.json'; link.click(); setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    return;
  }
  holder = null; acts[name](); changed(); say(`${name}: ${sheet.strokes.length} strokes on the sheet`);
}
function open(saved) {
  const scale = side / saved.side;
  const read = saved.strokes.map((s) => ({w: Math.max(1, s.w * scale), p: s.p.map((q) => [q[0] * scale, q[1] * scale])}));
  if (!read.every((s) => s.p.length && Number.isFinite(s.w) && s.p.flat().every(Number.isFinite))) throw new Error();
  remember(); show({strokes: read, picture: null, pen: '#000000'}); changed(); say(`opened ${read.length} strokes`);
}
file.addEventListener('change', async () => {
  try { open(JSON.parse(await file.files[0].text())); } catch (_) { say('That file holds no strokes.'); alert('That file holds no strokes.'); }
  file.value = '';
});
element.querySelector('.tools').addEventListener('click', (e) => {
  const button = e.target.closest('[data-act]');
  if (button) { act(button.dataset.act); canvas.focus({preventScroll: true}); }
});
canvas.addEventListener('keydown', (e) => {
  const key = e.key.toLowerCase();
  const move = {arrowleft: [-STEP, 0], arrowright: [STEP, 0], arrowup: [0, -STEP], arrowdown: [0, STEP]}[key];
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (key === 'delete' || key === 'backspace') act('clear');
  else if (move) {
    at = (at || [side / 2, side / 2]).map((v, k) => Math.min(side, Math.max(0, v + move[k])));
    if (holder === 'key') put(...at);
    paint();
  } else if (key === ' ') {
    at = at || [side / 2, side / 2];
    if (holder === 'key') { lift(); say('pen up'); }
    else if (holder === null) { holder = 'key'; put(...at, true); say('pen down'); }
    paint();
  } else return;
  e.preventDefault();
});
canvas.addEventListener('blur', () => { if (holder === 'key') lift(); at = null; paint(); });

// Undo and redo by keyboard, on either pad.  Gradio's own history comes first; beyond it, and after Clear, the sheet's.
function step(name) {
  if (alone) { act(name); return; }
  const own = document.querySelector(`#pad button[aria-label="${name === 'undo' ? 'Undo' : 'Redo'}"]`);
  if (on === 'editor' && own && !own.disabled) { editorActs = name === 'undo' ? 'undo' : 'write'; own.click(); } else act(name);
}
document.addEventListener('keydown', (e) => {
  const key = e.key.toLowerCase();
  if (!(e.ctrlKey || e.metaKey) || (key !== 'z' && key !== 'y') || e.target.closest('input, textarea, [contenteditable=true]')) return;
  if (!(alone ? element : document.getElementById('duel')).offsetParent) return;
  step(key === 'y' || e.shiftKey ? 'redo' : 'undo'); e.preventDefault();
});
width.addEventListener('input', paint);
new ResizeObserver(paint).observe(canvas);
paint();

if (!alone) window.oneSheet = {
  ask, land, wrote, use, load: open, pad: () => on, pen: () => sheet.pen, clear: () => act('clear'),
  open: (url, pen) => { remember(); show({strokes: [], picture: url, pen}); changed(); },
  bringBack: () => { const last = past.findLast((s) => !blank(s)); if (last) { remember(); show({...last, strokes: copy(last.strokes)}); changed(); say('the last drawing is back'); } },
  failed: () => root.classList.remove('stale'),
  // The page as it opens: a view that its address holds, or what was on the sheet when it was left.
  begin: () => {
    use(kept(PAD) === 'ink' ? 'ink' : 'editor');
    let last = null;
    try { last = JSON.parse(kept(SHEET)); } catch (_) { /* nothing that can be read */ }
    if (!last || !Array.isArray(last.strokes) || blank(last)) last = null;
    const view = new URLSearchParams(location.search).get('view');
    if (view) { if (last) past.push(last); ask({view}); }  // Undo brings one's own drawing back
    else if (last) { show(last); editorIsOld = on === 'ink'; report(); }
  },
};
