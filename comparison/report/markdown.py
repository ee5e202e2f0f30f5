"""A readable report of an evaluation: Markdown with pictures, one page of HTML, JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

from comparison.evaluation.results import Evaluation
from comparison.report.html import render_page
from comparison.report.mistakes import contact_sheet, draw_mistakes
from ink.drawing import png_bytes


def escape_markdown(text: str) -> str:
    """Text of which no character marks anything up."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", text)


def write_report(out: Path, evaluation: Evaluation) -> None:
    """``report.json``, ``report.md`` with its pictures, and ``report.html``, which needs no other file."""
    report = evaluation.report()
    (out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    (out / "report.html").write_text(render_page(evaluation), encoding="utf-8")
    methods = report["methods"]
    names = list(methods)
    lines = ["# Evaluation", "", f"Thresholds: confidence {report['confidence']}, IoU {report['iou']}.", ""]
    lines += ["| method | images | mAP@0.5 | mAP@0.5:0.95 | read exactly | ms, median |", "|---|---|---|---|---|---|"]
    for name, f in methods.items():
        lines.append(
            f"| {name} | {f['images']} | {f['mAP50']:.3f} | {f['mAP']:.3f} | {f['exact']:.3f} | "
            f"{f['median_milliseconds']} |"
        )
    slices = sorted({s for f in methods.values() for s in f["slices"]})
    if slices:
        head = "| slice | images | " + " | ".join(f"{n} exact / mAP@0.5" for n in names) + " |"
        lines += ["", "## By slice", "", head, "|---" * (2 + len(names)) + "|"]
        for s in slices:
            rows = [methods[n]["slices"].get(s) for n in names]
            cells = [f"{r['exact']:.2f} / {r['mAP50']:.2f}" if r else "-" for r in rows]
            count = next(r["images"] for r in rows if r)
            lines.append(f"| {s} | {count} | " + " | ".join(cells) + " |")
    for title, texts in evaluation.notes().items():
        lines += ["", f"## {title}", "", *(f"- {escape_markdown(text)}" for text in texts)]
    lines += ["", "## Mistakes", ""]
    for name in names:
        tiles = draw_mistakes(evaluation, name)
        if tiles:
            picture = f"mistakes-{name}.png"
            (out / picture).write_bytes(png_bytes(contact_sheet(tiles)))
            lines += [f"### {name}", "", f"![sheets that {name} did not read exactly]({picture})", ""]
    (out / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
