// Gradio leaves a Sketchpad without a tool at load and after every clear, so that strokes do nothing.  The placeholder
// is in the document exactly while that is so: press Brush whenever it shows up.
// The card of an object is shown when the object is pointed at, touched, or reached by the keyboard.
// What the server answers to the one sheet (inkpad.js) lands here, and buttons that open something ask for it here.
() => {
  // A drawing of the Sketchpad, one picture, is handed over as soon as its pen is lifted.  Gradio's own way takes six
  // pictures and uploads them one after another; it is left to a Gradio whose editor is another.  See docs/sketchpad.md.
  const AFTER_CHANGE_MS = 30, REST_MS = 1000;
  const takeOver = (editor) => {
    const {layer_manager: manager, app} = editor, brush = editor.tools && editor.tools.get('brush');
    if (!manager || !app || !app.renderer || !brush || Object.hasOwn(manager, 'get_blobs')) return;
    window.padIsRead = true;
    manager.get_blobs = async () => ({background: null, layers: [], composite: null});
    let waiting = null;
    editor.on('change', () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const frame = Object.assign(app.screen.clone(), {x: 0, y: 0, width: editor.width, height: editor.height});
        window.oneSheet.wrote(app.renderer.extract.canvas({target: manager.image_container, frame, resolution: 1}).toDataURL());
      }, AFTER_CHANGE_MS);
    });
    // Its sheet, white on white, gets the edge that Live ink's has.
    const edge = getComputedStyle(document.documentElement).getPropertyValue('--edge').trim();
    if (editor.outline_graphics) app.ticker.add(() => editor.outline_graphics.stroke({width: 2, alignment: 0, color: edge}));
    // The editor paints anew for half a second after each stroke: without a graphics card, what reads it has to wait.
    brush.on('change', () => { setTimeout(() => app.ticker.stop()); setTimeout(() => editor.wake_render_loop(), AFTER_CHANGE_MS + REST_MS); });
  };

  let landed = null, begun = false;
  const tab = (name, within = document) => [...within.querySelectorAll('button[role=tab]')].find((b) => b.textContent.trim() === name);
  const follow = () => {
    const pad = document.getElementById('pad');
    if (!pad || !window.oneSheet) return;
    const idle = pad.querySelector('.empty.wrap'), brush = pad.querySelector('button[aria-label="Brush"]');
    if (idle && brush) brush.click();
    if (window.editor) takeOver(window.editor);
    if (!begun && document.querySelector('#pads [data-pad]') && pad.querySelector('canvas')) {
      begun = true;
      window.oneSheet.begin();
    }
    const film = document.querySelector('.film:not([data-begun])');
    if (film) { // on a narrow screen it begins at the drawing as it is
      const start = film.querySelector('[data-start]');
      film.dataset.begun = '';
      film.scrollLeft = start.offsetLeft + start.offsetWidth / 2 - (film.clientWidth + film.querySelector('thead td').offsetWidth) / 2;
    }
    const landing = document.querySelector('#landing i');
    if (landing && landing.dataset.at !== landed) {
      landed = landing.dataset.at;
      const {picture, pen, brush} = landing.dataset;
      window.oneSheet.land(+landed, picture, pen, brush);
    }
  };
  new MutationObserver(follow).observe(document.body, {childList: true, subtree: true, attributes: true, attributeFilter: ['data-at']});
  follow();

  const choose = (event) => {
    const object = event.target.closest && event.target.closest('[data-object]');
    if (!object) return;
    const letter = object.dataset.object;
    document.querySelectorAll('[data-object]').forEach((o) => o.classList.toggle('selected', o.dataset.object === letter));
    document.querySelectorAll('[data-card]').forEach((c) => c.classList.toggle('selected', c.dataset.card === letter));
  };
  for (const name of ['pointerover', 'focusin', 'click']) document.addEventListener(name, choose);

  document.addEventListener('click', (event) => {
    const target = event.target.closest && event.target.closest('button');
    if (!target) return;
    if (target.id === 'share-make') document.getElementById('share').classList.remove('old-link');
    if (target.dataset.ask) {
      window.oneSheet.ask({[target.dataset.ask]: +target.dataset.index});
      if (target.dataset.ask === 'pick') tab('Draw').click();
    } else if ('uncover' in target.dataset) document.querySelector('#uncensored input').click();
    else if ('bringBack' in target.dataset) window.oneSheet.bringBack();
    else if ('toSheet' in target.dataset) {
      const saved = target.parentElement.querySelector('a[href^="data:application/json"]').href;
      window.oneSheet.load(JSON.parse(atob(saved.split('base64,')[1])));
      tab('Draw').click();
    }
    else if (target.dataset.tab) tab(target.dataset.tab).click();
    else if (target.dataset.pad) window.oneSheet.use(target.dataset.pad);
  });
  // Which of the benchmark's drawings are shown.
  document.addEventListener('change', (event) => {
    const filters = event.target.closest && event.target.closest('.filters');
    if (!filters) return;
    const {right, kind, classes} = Object.fromEntries([...filters.querySelectorAll('select')].map((s) => [s.dataset.filter, s.value]));
    const tiles = [...filters.parentElement.querySelectorAll('.tile')];
    tiles.forEach((tile) => {
      const told = tile.dataset;
      tile.hidden = !((!right || told.right === (right === 'none' ? '' : right)) && (!kind || told.kind === kind)
        && (!classes || told.classes.split(' ').includes(classes)));
    });
    filters.querySelector('.count').textContent = `${tiles.filter((t) => !t.hidden).length} of ${tiles.length}`;
  });
  const query = new URLSearchParams(location.search);
  if (query.has('present')) document.getElementById('tabs').parentElement.classList.add('present');
}
