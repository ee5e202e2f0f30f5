"""How the page looks, and the one script it needs."""

from __future__ import annotations

import gradio as gr

# Gradio leaves a Sketchpad without a tool at load and after every clear, so that strokes do nothing.  The placeholder
# is in the document exactly while that is so: press Brush whenever it shows up.
ARM_BRUSH = """
() => {
  const arm = () => document.querySelectorAll('#pad').forEach((pad) => {
    const idle = pad.querySelector('.empty.wrap');
    const brush = pad.querySelector('button[aria-label="Brush"]');
    if (idle && brush) brush.click();
  });
  new MutationObserver(arm).observe(document.body, {childList: true, subtree: true});
  arm();
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
.sheet .box { fill: transparent; stroke: #0072B2; }
.sheet .tag { fill: #0072B2; }
.sheet .differs .box { stroke: #C24A00; }
.sheet .differs .tag { fill: #C24A00; }
.sheet text { fill: #fff; font-weight: 700; text-anchor: middle; font-family: var(--font, sans-serif); }
.verdict { font-size: 1.15rem; padding: .7rem 1rem; border-radius: 8px; margin: 0; border-left: 6px solid transparent;
  background: var(--background-fill-secondary); }
.verdict.agree { border-color: var(--agree); } .verdict.agree strong { color: var(--agree); }
.verdict.differ { border-color: var(--differ); } .verdict.differ strong { color: var(--differ); }
.verdict.problem { border-color: var(--differ); } .verdict.problem strong { color: var(--differ); }
.verdict.idle { color: var(--body-text-color-subdued); }
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
