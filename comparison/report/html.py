"""An evaluation as one page of HTML: tables, accuracy against time, confusion, and what the methods differ on."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from comparison.datasets.names import display_name
from comparison.evaluation.results import LABELLED, Evaluation
from comparison.export import data_url, draw_labelled_boxes
from comparison.report.mistakes import are_right, blurred_picture
from detectors import method_lines

MAX_DIFFERING_SHOWN = 24
"""Drawings shown on which the methods differ."""

STYLE = """
.report { line-height: 1.45; } .report h3 { margin: 1.2rem 0 .3rem; font-size: 1.15rem; }
.report table { border-collapse: collapse; }
.report .wide { overflow-x: auto; background: no-repeat right / 3rem 100% local
  linear-gradient(to left, var(--body-background-fill, #fff) 40%, transparent), no-repeat right / 1rem 100%
  linear-gradient(to left, rgb(82 96 109 / .4), transparent); }
.report th, .report td { padding: .25rem .45rem; text-align: right; border: none; white-space: nowrap; }
.report thead th { white-space: normal; vertical-align: bottom; }
.report .answer { font-size: 1.1rem; padding-left: 1.1rem; }
.report table :is(tr, th, td) { border: none !important; background-color: transparent; }
.report .columns { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(500px, 100%), 1fr)); }
.report th:first-child { text-align: left; font-weight: 500; white-space: normal; }
.report thead th { border-bottom: 2px solid #8a94a3; }
.report .share { background: linear-gradient(to right, rgb(0 114 178 / .22) var(--share), transparent var(--share)); }
.report .confusion td { width: 2.2rem; min-width: 2.2rem; text-align: center; padding: .15rem; font-size: .9rem; }
.report .differing { display: grid; gap: .7rem; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); }
.report .differing { margin-bottom: .7rem; }
.report figure { margin: 0; } .report figure img { width: 100%; background: #fff; border: 1px solid #cbd2da; }
.report figcaption { font-size: .9rem; } .report svg { max-width: 560px; width: 100%; }
.report svg text { font-size: 13px; fill: currentColor; } .report svg line { stroke: #8a94a3; }
.report svg .to { stroke-width: 1; stroke-dasharray: 2 3; } .report figure.truth img { border-width: 2px; }
@media print { .report :is(.differing, table, svg) { break-inside: avoid; }
  .report :is(.share, .confusion td) { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def _shares(figures: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return "".join(f'<td class="share" style="--share: {figures[k]:.0%}">{figures[k]:.3f}</td>' for k in keys)


def render_overview(methods: Mapping[str, Any]) -> str:
    """One row per method."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{_shares(f, ("exact", "mAP50", "mAP"))}'
        f"<td>{f['median_milliseconds'] or 0:.1f} ms</td></tr>"
        for name, f in methods.items()
    )
    return (
        '<div class="wide"><table><thead><tr><th scope="col">method</th>'
        '<th scope="col" title="Drawings on which every object was found once, with its class, and nothing else">'
        'read exactly</th><th scope="col" title="Mean average precision, boxes that overlap by half">mAP@0.5</th>'
        '<th scope="col" title="The same over stricter and stricter overlaps">mAP@0.5:0.95</th>'
        '<th scope="col" title="Median, one drawing at a time">time</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def render_slices(methods: Mapping[str, Any]) -> str:
    """One row per kind of drawing: the share read exactly by each method."""
    names = sorted({s for f in methods.values() for s in f["slices"]})
    if not names:
        return ""
    head = "".join(f'<th scope="col">{escape(m)}</th>' for m in methods)
    rows = []
    for name in names:
        of = [f["slices"].get(name) for f in methods.values()]
        count = next(r["images"] for r in of if r)
        cells = "".join(_shares(r, ("exact",)) if r else "<td></td>" for r in of)
        rows.append(f'<tr><th scope="row">{escape(name)}&nbsp;({count})</th>{cells}</tr>')
    return (
        '<h3>Read exactly, by kind of drawing</h3><div class="wide"><table><thead><tr><th scope="col">kind</th>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def render_trade_off(methods: Mapping[str, Any]) -> str:
    """Accuracy against time, one point per method, as SVG: up and to the left is better.

    The names stand in a column beside the points, one under the other, each with a line to its point.
    """
    slowest = max([f["median_milliseconds"] or 0 for f in methods.values()] + [1e-3]) * 1.1
    places = {
        name: (60 + 290 * (f["median_milliseconds"] or 0) / slowest, 220 - 190 * f["exact"])
        for name, f in methods.items()
    }
    lines, points, line, width = method_lines(methods), [], 10.0, 580
    for name, (x, y) in sorted(places.items(), key=lambda item: item[1][1]):
        line, figures = max(y + 4, line + 18), methods[name]
        label = f"{name}: {figures['exact']:.0%}, {figures['median_milliseconds'] or 0:.0f} ms"
        width = max(width, 390 + 7 * len(label))
        points.append(
            f'<line class="to" x1="{x:.0f}" y1="{y:.0f}" x2="372" y2="{line - 4:.0f}"/>'
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="6" fill="{lines[name][0]}"/>'
            f'<text x="378" y="{line:.0f}">{escape(label)}</text>'
        )
    said = "; ".join(f"{n} {f['exact']:.0%} in {f['median_milliseconds'] or 0:.1f} ms" for n, f in methods.items())
    height = max(260, round(line) + 12)
    return (
        f'<h3>Accuracy against time</h3><svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(said)}">'
        '<line x1="60" y1="220" x2="360" y2="220"/><line x1="60" y1="20" x2="60" y2="220"/>'
        '<text x="52" y="35" text-anchor="end">100%</text><text x="52" y="222" text-anchor="end">0%</text>'
        '<text x="52" y="128" text-anchor="end">exact</text><text x="60" y="238">0</text>'
        f'<text x="360" y="238" text-anchor="end">{slowest:.0f} ms</text>{"".join(points)}</svg>'
    )


def render_confusion(methods: Mapping[str, Any]) -> str:
    """One table per method: rows are what was drawn, columns what was read."""
    parts = []
    for name, f in methods.items():
        labels, counts = f["confusion"]["labels"], f["confusion"]["counts"]
        head = "".join(f'<th scope="col">{escape(label)}</th>' for label in labels)
        rows = []
        for label, row in zip(labels, counts, strict=True):
            total = max(sum(row), 1)
            cells = "".join(
                f'<td style="background: rgb(0 114 178 / {0.75 * n / total:.2f})">{n or ""}</td>' for n in row
            )
            rows.append(f'<tr><th scope="row">{escape(label)}</th>{cells}</tr>')
        parts.append(
            f"<details><summary>{escape(name)}</summary><div class=wide><table class=confusion><thead><tr>"
            f'<th scope="col">drawn \\ read</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
            "</details>"
        )
    return f"<h3>Confusion</h3>{''.join(parts)}"


def _differing_row(evaluation: Evaluation, number: int) -> str:
    """One drawing with its truth, and beside it what each method makes of it."""
    picture, readings, sample = (
        blurred_picture(evaluation, number),
        evaluation.readings(number),
        evaluation.samples[number],
    )
    drawing, styles = escape(display_name(sample.path)), method_lines(evaluation.results)
    figures = [
        f'<figure class="truth"><img src="{data_url(picture, 260)}" alt="{drawing}"><figcaption>{LABELLED}: '
        f"<b>{escape(readings[LABELLED])}</b></figcaption></figure>"
    ]
    for name in evaluation.results:
        shown = evaluation.shown(name, number)
        boxed = draw_labelled_boxes(picture, shown, are_right(shown, sample.xyxy, sample.class_id))
        figures.append(
            f'<figure style="border-top: 4px solid {styles[name][0]}"><img src="{data_url(boxed, 260)}" '
            f'alt="{drawing} as {escape(name)} reads it"><figcaption>{escape(name)}: '
            f"<b>{escape(readings[name])}</b></figcaption></figure>"
        )
    return f'<div class="differing" title="{drawing}">{"".join(figures)}</div>'


def render_differing(evaluation: Evaluation) -> str:
    """The drawings that the methods read differently, worst first: the truth, and as each method sees them."""
    numbers = evaluation.differing()[:MAX_DIFFERING_SHOWN]
    if not numbers:
        return "<h3>Where they differ</h3><p>Nowhere.</p>"
    rows = "".join(_differing_row(evaluation, number) for number in numbers)
    return f"<h3>Where they differ, worst first</h3>{rows}"


def render_summary(evaluation: Evaluation) -> str:
    """The figures without the pictures, as a fragment of HTML."""
    report = evaluation.report()
    methods = report["methods"]
    notes = "".join(
        f"<h3>{title}</h3><ul>{''.join(f'<li>{escape(text)}</li>' for text in lines)}</ul>"
        for title, lines in evaluation.notes().items()
    )
    objects = sum(len(s.class_id) for s in evaluation.samples)
    answer = "".join(f"<li>{escape(sentence)}</li>" for sentence in evaluation.differences())
    return (
        f'<div class="report"><p class="about">{escape(evaluation.set_name or "Labelled set")}, {report["date"]}, '
        f"Digit Duel {report['version']}: {len(evaluation.samples)} drawings with {objects} objects; shown from a "
        f'confidence of one half.</p><ul class="answer">{answer}</ul>'
        f'<div class="columns"><div>{render_overview(methods)}{render_slices(methods)}</div>'
        f"<div>{render_trade_off(methods)}{render_confusion(methods)}</div></div>{notes}</div>"
    )


def render_page(evaluation: Evaluation) -> str:
    """The whole report as one HTML document that needs no other file and prints."""
    title = escape(f"{evaluation.set_name or 'Labelled set'}, {evaluation.date}")
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Digit Duel: {title}</title>'
        '<meta name="viewport" content="width=device-width"><style>body { font-family: system-ui, sans-serif; '
        f"max-width: 1100px; margin: 1rem auto; padding: 0 1rem; }}{STYLE}</style></head><body><h1>Evaluation</h1>"
        f'{render_summary(evaluation)}<div class="report">{render_differing(evaluation)}</div></body></html>'
    )
