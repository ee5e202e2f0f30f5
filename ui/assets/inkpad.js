const side = props.side, canvas = element.querySelector('canvas'), ink = canvas.getContext('2d');
const width = element.querySelector('.width'), file = element.querySelector('input[type=file]');
const STEP = 8, NEAR = 1.2;                        // px a key moves the pen; points closer together than NEAR are dropped
let strokes = [], undone = [], holder = null, at = null, waiting = null, reported = 0;

const copy = (list) => list.map((s) => ({w: s.w, p: s.p.map((q) => q.slice())}));
const say = (text) => { element.querySelector('.said').textContent = text; };

function paint() {
  const pixels = Math.max(1, Math.round((canvas.clientWidth || side) * devicePixelRatio));
  if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  ink.setTransform(pixels / side, 0, 0, pixels / side, 0, 0);
  ink.fillStyle = '#fff'; ink.fillRect(0, 0, side, side);
  ink.lineCap = ink.lineJoin = 'round'; ink.strokeStyle = '#000';
  for (const stroke of strokes) {
    ink.lineWidth = stroke.w; ink.beginPath(); ink.moveTo(...stroke.p[0]);
    for (const point of stroke.p) ink.lineTo(...point);
    ink.stroke();
  }
  if (at) { ink.lineWidth = 1.5; ink.strokeStyle = '#B34700'; ink.beginPath(); ink.arc(at[0], at[1], width.value / 2 + 4, 0, 7); ink.stroke(); }
  const off = {undo: !strokes.length, clear: !strokes.length, save: !strokes.length, redo: !undone.length};
  for (const [name, is] of Object.entries(off)) element.querySelector(`[data-act=${name}]`).disabled = is;
}
function report() {
  clearTimeout(waiting); waiting = null; reported = performance.now();
  props.value = {side, strokes: copy(strokes)};
}
function reportSoon() { waiting = waiting || setTimeout(report, Math.max(0, props.every - (performance.now() - reported))); }
function put(x, y, begins) {
  const point = [x, y].map((v) => Math.round(10 * Math.min(side, Math.max(0, v))) / 10);
  if (begins) { strokes.push({w: +width.value, p: [point]}); undone = []; }
  else {
    const last = strokes.at(-1).p.at(-1);
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < NEAR) return;
    strokes.at(-1).p.push(point);
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
  undo: () => { if (strokes.length) undone.push(strokes.pop()); },
  redo: () => { if (undone.length) strokes.push(undone.pop()); },
  clear: () => { strokes = []; undone = []; },
};
function act(name) {
  if (name === 'open') { file.click(); return; }
  if (name === 'save') {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify({side, strokes})], {type: 'application/json'}));
    link.download = 'strokes.json'; link.click(); setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    return;
  }
  holder = null; acts[name](); paint(); report(); say(`${name}: ${strokes.length} strokes on the sheet`);
}
file.addEventListener('change', async () => {
  try {
    const saved = JSON.parse(await file.files[0].text()), scale = side / saved.side;
    const read = saved.strokes.map((s) => ({w: Math.max(1, s.w * scale), p: s.p.map((q) => [q[0] * scale, q[1] * scale])}));
    if (!read.every((s) => s.p.length && Number.isFinite(s.w) && s.p.flat().every(Number.isFinite))) throw new Error();
    strokes = read; undone = []; paint(); report(); say(`opened ${strokes.length} strokes`);
  } catch (_) { say('That file holds no strokes.'); alert('That file holds no strokes.'); }
  file.value = '';
});
element.querySelector('.tools').addEventListener('click', (e) => {
  const button = e.target.closest('[data-act]');
  if (button) { act(button.dataset.act); canvas.focus({preventScroll: true}); }
});
canvas.addEventListener('keydown', (e) => {
  const key = e.key.toLowerCase(), control = e.ctrlKey || e.metaKey;
  const move = {arrowleft: [-STEP, 0], arrowright: [STEP, 0], arrowup: [0, -STEP], arrowdown: [0, STEP]}[key];
  if (control && (key === 'y' || (key === 'z' && e.shiftKey))) act('redo');
  else if (control && key === 'z') act('undo');
  else if (key === 'delete' || key === 'backspace') act('clear');
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
width.addEventListener('input', paint);
new ResizeObserver(paint).observe(canvas);
paint();
