// The page's own address stands in the snippets; a button copies the one under it.
element.querySelectorAll('[data-here]').forEach((code) => { code.textContent = code.textContent.replace('HERE', location.origin + location.pathname); });
element.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const code = button.closest('p').nextElementSibling;
  try { await navigator.clipboard.writeText(code.textContent); button.textContent = 'Copied'; } catch (_) { getSelection().selectAllChildren(code); }
});
