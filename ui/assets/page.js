// Gradio leaves a Sketchpad without a tool at load and after every clear, so that strokes do nothing.  The placeholder
// is in the document exactly while that is so: press Brush whenever it shows up.
// The examples' buttons hold nothing but a picture, so they get a name.
// And the card of an object is shown when the object is pointed at, touched, or reached by the keyboard.
() => {
  const arm = () => document.querySelectorAll('#pad').forEach((pad) => {
    const idle = pad.querySelector('.empty.wrap');
    const brush = pad.querySelector('button[aria-label="Brush"]');
    if (idle && brush) brush.click();
    document.querySelectorAll('#examples .gallery-item:not([aria-label])').forEach((button) => {
      const all = [...button.parentElement.querySelectorAll('.gallery-item')];
      button.setAttribute('aria-label', `Example ${all.indexOf(button) + 1}`);
    });
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
