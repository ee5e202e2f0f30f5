"""How the page looks, and the one script it needs."""

from __future__ import annotations

import gradio as gr

OBJECT_COLOURS = ("#0072B2", "#B34700", "#00735A", "#9C3F7C", "#7A5C00", "#4A5568")
"""One for each object's number, again and again: Okabe and Ito's hues, dark enough for white type."""

# Gradio leaves a Sketchpad without a tool at load and after every clear, so that strokes do nothing.  The placeholder
# is in the document exactly while that is so: press Brush whenever it shows up.
# And the card of an object is shown when the object is pointed at, touched, or reached by the keyboard.
SCRIPT = """
() => {
  const arm = () => document.querySelectorAll('#pad').forEach((pad) => {
    const idle = pad.querySelector('.empty.wrap');
    const brush = pad.querySelector('button[aria-label="Brush"]');
    if (idle && brush) brush.click();
  });
  new MutationObserver(arm).observe(document.body, {childList: true, subtree: true});
  arm();
  const choose = (event) => {
    const object = event.target.closest && event.target.closest('[data-object]');
    if (!object) return;
    const number = object.dataset.object;
    document.querySelectorAll('[data-object]').forEach((o) => o.classList.toggle('selected', o.dataset.object === number));
    document.querySelectorAll('[data-card]').forEach((c) => c.classList.toggle('selected', c.dataset.card === number));
  };
  for (const name of ['pointerover', 'focusin', 'click']) document.addEventListener(name, choose);
}
"""

# Blue and vermillion of Okabe and Ito's palette, which the colour-blind tell apart; differences are dashed as well.
CSS = """
:root { --agree: #0072B2; --differ: #C24A00; }
.dark { --agree: #56B4E9; --differ: #F0915A; }
.gradio-container { max-width: 1320px !important; margin: 0 auto !important; }
#title h1 { font-size: 1.7rem; margin: 0; }
#title p { margin: .2rem 0 0; font-size: 1.05rem; }
/* A column whose width settles after the pad is made leaves the sheet off its centre, so this one has its own. */
#pad-column { flex: 0 0 min(460px, 100%) !important; }
#pad { min-height: 470px; }
.panel { display: flex; flex-direction: column; gap: .5rem; }
.panel header { display: flex; align-items: baseline; gap: .6rem; white-space: nowrap; }
.panel h2 { font-size: 1.15rem; font-weight: 650; margin: 0; }
.panel .method, .panel .time, .panel .foot { color: var(--body-text-color-subdued); font-size: .95rem; margin: 0; }
.panel .method { overflow: hidden; text-overflow: ellipsis; }
.panel .time { margin-left: auto; font-variant-numeric: tabular-nums; }
.panel .reading { font-size: 3.2rem; line-height: 1.1; font-weight: 700; letter-spacing: .06em; min-height: 3.6rem;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.panel .reading .words, .panel .reading.idle { font-size: 1.6rem; font-weight: 500; letter-spacing: 0;
  color: var(--body-text-color-subdued); }
.panel .sheet { border: 1px solid var(--border-color-primary); border-radius: 8px; overflow: hidden; background: #fff; }
.panel .sheet svg { display: block; width: 100%; height: auto; max-height: 460px; }
.panel .sheet.empty { background: transparent; border-style: dashed; display: grid; place-items: center;
  aspect-ratio: 1; max-height: 400px; padding: 1rem; text-align: center; color: var(--body-text-color-subdued); }
.sheet .object { cursor: pointer; outline: none; }
.sheet .box { fill: transparent; stroke: var(--own); }
.sheet .tag { fill: var(--own); }
.sheet .missed .box { stroke: #5A6472; } .sheet .missed .tag { fill: #5A6472; }
.sheet .object.selected .box, .sheet .object:focus-visible .box { fill: var(--own); fill-opacity: .13; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: 0; font-size: .95rem; }
.legend b { display: inline-block; min-width: 1.3em; text-align: center; border-radius: 4px; color: #fff;
  background: #4A5568; }
.sheet text { fill: #fff; font-weight: 700; text-anchor: middle; font-family: var(--font, sans-serif); }
.verdict { font-size: 1.15rem; padding: .7rem 1rem; border-radius: 8px; margin: 0; border-left: 6px solid transparent;
  background: var(--background-fill-secondary); }
.verdict.agree { border-color: var(--agree); } .verdict.agree strong { color: var(--agree); }
.verdict.differ { border-color: var(--differ); } .verdict.differ strong { color: var(--differ); }
.verdict.problem { border-color: var(--differ); } .verdict.problem strong { color: var(--differ); }
.verdict.idle { color: var(--body-text-color-subdued); }
.objects { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: .7rem 1rem; }
.objects header { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .8rem; margin-bottom: .4rem; }
.objects h3 { font-size: 1.05rem; font-weight: 650; margin: 0; }
.objects .hint { color: var(--body-text-color-subdued); }
.objects nav { display: flex; flex-wrap: wrap; gap: .3rem; }
.objects nav button { min-width: 2rem; min-height: 2rem; border-radius: 6px; border: 2px solid var(--own); font-weight: 700;
  color: var(--body-text-color); background: transparent; cursor: pointer; }
.objects nav button.selected { background: var(--own); color: #fff; }
.card { display: none; grid-template-columns: 110px repeat(auto-fit, minmax(230px, 1fr)); gap: .6rem 1.2rem; align-items: end; }
.card.selected { display: grid; }
.card .crop { position: relative; display: grid; place-items: center; height: 110px; background: #fff; border-radius: 6px;
  border: 3px solid var(--own); overflow: hidden; }
.card .crop img { max-width: 100px; max-height: 100px; }
.card .number { position: absolute; left: 0; top: 0; padding: 0 .45em; background: var(--own); color: #fff; font-weight: 700; }
.card figure { margin: 0; } .card figcaption { font-size: .95rem; } .card figcaption b { font-size: 1.15rem; }
.card .weak, .card figure p { color: var(--body-text-color-subdued); margin: 0; }
.bars { width: 100%; max-height: 110px; } .bars rect { fill: var(--body-text-color-subdued); }
.bars .best rect { fill: var(--agree); }
.bars text { font-size: 11px; text-anchor: middle; fill: var(--body-text-color); font-family: var(--font, sans-serif); }
footer { display: none !important; }
@media (max-width: 640px) {
  #pad { min-height: 400px; }
  .panel .reading { font-size: 2.6rem; } #title h1 { font-size: 1.4rem; } }
"""


def theme() -> gr.themes.Base:
    """A calm theme on system fonts, so that the page asks no other host for anything."""
    return gr.themes.Base(
        primary_hue="sky",
        neutral_hue="slate",
        font=["system-ui", "Segoe UI", "Roboto", "Helvetica", "Arial", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
    )
