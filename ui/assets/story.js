// Inside as a story: acts in a row that snaps into place, so that a swipe works by itself; buttons and arrow keys
// go from one to the next.  Which act it is stands in the row's place, and lasts while the sliders change the last one.
const root = document.getElementById('tabs').parentElement;
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const story = () => element.querySelector('.story');
const act = () => { const row = story(); return row ? Math.round(row.scrollLeft / Math.max(1, row.clientWidth)) : 0; };

let goal = null;  // the act that the row is on its way to: the next key counts from there
const next = (step) => go((goal === null ? act() : goal) + step);

function mark() {
  const row = story(), now = act(), last = row ? row.children.length - 1 : -1;
  if (row && last >= 0) row.style.height = `${row.children[now].offsetHeight}px`;
  root.classList.toggle('at-last-act', now === last);
  element.querySelectorAll('[data-act]').forEach((b) => b.setAttribute('aria-current', +b.dataset.act === now ? 'step' : 'false'));
  element.querySelectorAll('[data-step]').forEach((b) => { b.disabled = now + +b.dataset.step < 0 || now + +b.dataset.step > last; });
}
function go(to) {
  const row = story();
  if (!row) return;
  goal = Math.min(row.children.length - 1, Math.max(0, to));
  row.scrollTo({left: goal * row.clientWidth, behavior: calm.matches ? 'auto' : 'smooth'});
}
for (const name of ['scroll', 'scrollend']) element.addEventListener(name, mark, true);
for (const name of ['scrollend', 'touchstart', 'wheel']) element.addEventListener(name, () => { goal = null; }, {capture: true, passive: true});
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button && button.dataset.act) go(+button.dataset.act);
  else if (button && button.dataset.step) next(+button.dataset.step);
});
document.addEventListener('keydown', (event) => {
  const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
  if (!step || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !element.offsetParent) return;
  if (event.target.closest('input, textarea, select, [role=slider]')) return;
  event.preventDefault(); next(step);
});
watch('value', () => { goal = null; requestAnimationFrame(() => { element.querySelectorAll('.act').forEach((a) => sizes.observe(a)); mark(); }); });
const sizes = new ResizeObserver(() => {
  const row = story();
  if (row && goal !== null) row.scrollTo({left: goal * row.clientWidth, behavior: 'auto'});
  mark();
});
sizes.observe(element);
