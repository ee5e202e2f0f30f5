// "Fool them": a visitor says what they draw, and the readings on the page say who got it.  All of it stays in this
// browser: the streak and the hardest drawings in its storage, the card as a picture that it paints itself.
const STORE = 'digit-duel-play', MAX_KEPT = 24, KEPT_SIDE = 400, CARD = [1200, 720];
const find = (name) => element.querySelector(name), tabs = document.getElementById('tabs'), root = tabs.parentElement;
const truth = find('.truth'), outcome = find('.outcome');
const digits = (text) => text.replace(/\D/g, '');
let play = {streak: 0, best: 0, hardest: []}, judged = null;
let drawn = false, fooled = false;                 // since the number was given: the pen was down; it has been won

try {
  const kept = JSON.parse(localStorage.getItem(STORE));
  if (kept && Array.isArray(kept.hardest)) play = {streak: +kept.streak || 0, best: +kept.best || 0, hardest: kept.hardest};
} catch (_) { /* nothing that can be read */ }
function keep() {
  try { localStorage.setItem(STORE, JSON.stringify(play)); } catch (_) { /* full or forbidden: it lasts until the page goes */ }
  find('.now').textContent = play.streak;
  find('.best').textContent = play.best ? `, ${play.best} at best` : '';
}

// What both ways read, from their panels.  Only digits count: "no digit" is no reading.
function readings() {
  return ['detection', 'segmentation'].map((way) => {
    const panel = document.querySelector(`#panel-${way} .panel`), drawing = panel && panel.querySelector('svg');
    if (!drawing) return null;
    const reading = panel.querySelector('.reading'), is = (name) => panel.querySelector(name).textContent.trim();
    return {
      name: `${is('h2')}, ${is('.method')}`, colour: getComputedStyle(panel).getPropertyValue('--tint').trim(), drawing,
      text: reading.textContent.trim(), digits: reading.querySelector('.words') ? '' : digits(reading.textContent),
    };
  }).filter(Boolean);
}
const pictureOf = (drawing) => drawing.querySelector('image').getAttribute('href');
async function loaded(url) { const image = new Image(); image.src = url; await image.decode(); return image; }

const wrongOf = (found) => found.filter((each) => each.digits !== judged.truth);
function tell(text, strong = '') {
  outcome.textContent = text;
  if (strong) outcome.prepend(Object.assign(document.createElement('b'), {textContent: `${strong} `}));
}
async function judge() {
  const found = readings(), wanted = digits(truth.value);
  if (!wanted) { tell('Say which number you draw.'); truth.focus(); return; }
  if (found.length < 2 || !drawn) { tell(`Draw ${wanted} first.`); return; }
  if (root.classList.contains('stale')) { tell('One moment: it is still being read.'); return; }
  judged = {truth: wanted, pen: window.oneSheet.pen(), picture: pictureOf(found[0].drawing), found};
  const wrong = wrongOf(found), said = found.map((each) => `${each.name.split(',')[0]} reads ${each.text}`).join(', ');
  judged.headline = ['They saw through it.', `You fooled ${wrong.length && wrong[0].name.split(',')[0].toLowerCase()}.`, 'You fooled both.'][wrong.length];
  tell(`You say that this is ${wanted}. ${said}.${wrong.length || !play.streak ? '' : ` The streak ends at ${play.streak}.`}`, judged.headline);
  fooled = wrong.length > 0;
  play.streak = fooled ? play.streak + 1 : 0;
  play.best = Math.max(play.best, play.streak);
  show();
  if (fooled) await remember(wrong.length);
  keep();
}
async function remember(fooled) {
  const image = await loaded(judged.picture), scale = Math.min(1, KEPT_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(image.naturalWidth * scale); canvas.height = Math.round(image.naturalHeight * scale);
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  const said = judged.found.map(({name, text, colour}) => ({name: name.split(',')[0], text, colour}));
  play.hardest.unshift({truth: judged.truth, fooled, said, pen: judged.pen, picture: canvas.toDataURL()});
  play.hardest = play.hardest.sort((a, b) => b.fooled - a.fooled).slice(0, MAX_KEPT);
}
function show() {
  const over = fooled || judged !== null;
  find('[data-act=judge]').hidden = over; next.hidden = !over;
  find('[data-act=card]').disabled = !judged;
}
function takeBack() { judged = null; tell(''); show(); }
// A number is given: it is judged by what is drawn for it, and the streak grows once.  Undo brings back what was there.
function begin() {
  drawn = fooled = false; takeBack(); window.oneSheet.clear();
  document.querySelector('#pad button[aria-label="Clear canvas"]')?.click();  // Gradio's pad ignores a second empty value
}
function pick() { truth.value = Math.floor(Math.random() * (Math.random() < 0.6 ? 10 : 100)); }
function roll() { pick(); begin(); }

// The card: both readings side by side, as the page shows them.
async function paintCard() {
  const canvas = Object.assign(document.createElement('canvas'), {width: CARD[0], height: CARD[1]}), pen = canvas.getContext('2d');
  const font = (weight, size) => { pen.font = `${weight} ${size}px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif`; };
  pen.fillStyle = '#F5F7FA'; pen.fillRect(0, 0, ...CARD);
  pen.fillStyle = '#16202C'; font(750, 54); pen.fillText(judged.headline, 50, 88, 1100);
  font(400, 30); pen.fillStyle = '#52606D'; pen.fillText(`I say this is ${judged.truth}. Two ways to read it:`, 50, 134);
  for (const [k, each] of judged.found.entries()) {
    const x = 50 + 565 * k, width = 535, right = each.digits === judged.truth;
    pen.fillStyle = '#fff'; pen.fillRect(x, 165, width, 490);
    pen.fillStyle = each.colour; pen.fillRect(x, 165, width, 10);
    font(700, 28); pen.fillText(each.name, x + 20, 214, width - 40);
    pen.fillStyle = '#16202C'; font(750, 76); pen.fillText(each.text, x + 20, 294, width - 110);
    pen.fillStyle = right ? '#0B6E4F' : '#A33B00'; font(700, 60); pen.fillText(right ? '\u2713' : '\u2717', x + width - 70, 290);
    const box = each.drawing.viewBox.baseVal, scale = Math.min((width - 40) / box.width, 325 / box.height);
    pen.save(); pen.translate(x + (width - box.width * scale) / 2, 315); pen.scale(scale, scale);
    pen.drawImage(await loaded(judged.picture), 0, 0, box.width, box.height);
    pen.strokeStyle = each.colour; pen.lineWidth = 3 / scale;
    for (const edge of each.drawing.querySelectorAll('.object:not(.missed) .box'))
      pen.strokeRect(...['x', 'y', 'width', 'height'].map((name) => +edge.getAttribute(name)));
    pen.restore();
  }
  pen.fillStyle = '#52606D'; font(600, 26); pen.fillText(`Digit Duel${play.streak > 1 ? ` \u00b7 ${play.streak} in a row` : ''}`, 50, 694);
  return canvas;
}
async function showCard() {
  const canvas = await paintCard(), url = canvas.toDataURL(), dialog = find('dialog.share-card');
  const file = new File([await new Promise((take) => canvas.toBlob(take))], 'fool-them.png', {type: 'image/png'});
  const image = dialog.querySelector('img'), share = find('[data-act=share]');
  image.src = find('.save').href = url; image.alt = outcome.textContent;
  share.hidden = !(navigator.canShare && navigator.canShare({files: [file]}));
  share.onclick = () => navigator.share({files: [file], text: judged.headline}).catch(() => { /* not shared after all */ });
  dialog.showModal();
}
function showHardest() {
  find('.none').hidden = play.hardest.length > 0;
  find('.tiles').replaceChildren(...play.hardest.map((each, index) => {
    const tile = Object.assign(document.createElement('button'), {type: 'button'});
    tile.dataset.open = index;
    tile.append(Object.assign(new Image(), {src: each.picture, alt: ''}), Object.assign(document.createElement('b'), {textContent: `Said to be ${each.truth}`}));
    for (const {name, text, colour} of each.said) {
      const line = Object.assign(document.createElement('i'), {textContent: `${name}: ${text}`});
      line.style.setProperty('--tint', colour); tile.append(line);
    }
    return tile;
  }));
  if (!find('dialog.hardest').open) find('dialog.hardest').showModal();
}

const next = Object.assign(document.createElement('button'), {type: 'button', className: 'main', textContent: 'Next', hidden: true});
next.dataset.act = 'next'; find('[data-act=judge]').after(next);
const acts = {
  judge, roll, next: roll, card: showCard, hardest: showHardest, share: () => {},
  close: (button) => button.closest('dialog').close(),
  forget: () => { play.hardest = []; keep(); showHardest(); },
};
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.dataset.act) acts[button.dataset.act](button);
  else if (button.dataset.open) {
    const kept = play.hardest[+button.dataset.open];
    fooled = true; takeBack(); truth.value = kept.truth;  // it was counted when it was drawn
    find('dialog.hardest').close(); window.oneSheet.open(kept.picture, kept.pen);
  }
});
// Before it is judged, a visitor may say that they draw another number; after that it is a new one.
truth.addEventListener('input', () => { if (fooled || judged) begin(); else takeBack(); });
// A judgement holds for the drawing that it was made of: the next request takes it back.
new MutationObserver(() => { if (judged && root.classList.contains('stale')) takeBack(); }).observe(root, {attributeFilter: ['class']});
const draws = (event) => { if (event.target.closest?.('#pad canvas, #ink canvas') && (event.key || ' ') === ' ') drawn = true; };
for (const name of ['pointerdown', 'keydown']) document.addEventListener(name, draws, true);

function use(on) {
  root.classList.toggle('playing', on);
  document.querySelectorAll('[data-play]').forEach((b) => b.setAttribute('aria-pressed', on));
  if (on) [...document.querySelectorAll('button[role=tab]')].find((b) => b.textContent.trim() === 'Draw').click();
}
document.addEventListener('click', (event) => {
  if (!(event.target.closest && event.target.closest('[data-play]'))) return;
  // The game begins with an empty sheet; who leaves it without a stroke finds what was there.
  const opens = !root.classList.contains('playing');
  use(opens || !element.offsetParent);  // on another tab the button leads to the game, whether it is on or not
  if (opens) roll();
  else if (!drawn && !root.classList.contains('playing') && root.classList.contains('can-return')) window.oneSheet.bringBack();
});
keep(); pick();
if (new URLSearchParams(location.search).has('play')) {
  use(true);
  // The page puts the drawing of last time on the sheet and then shows which pad is in use: only now it can be emptied.
  new MutationObserver((seen, it) => { if (seen.some(({target}) => target.dataset.pad)) { it.disconnect(); begin(); } })
    .observe(root, {subtree: true, attributeFilter: ['aria-selected']});
}
