/** Copies a text; fails where the browser does not allow it. */
export function copyText(text) {
  // Browsers provide the clipboard only in secure contexts: localhost or HTTPS.
  return navigator.clipboard ? navigator.clipboard.writeText(text) : copyBySelection(text);
}

async function copyBySelection(text) {
  const before = document.activeElement;
  const box = document.createElement('textarea');
  box.className = 'unseen';
  box.value = text;
  document.body.append(box);
  box.select();
  const copied = document.execCommand('copy');
  box.remove();
  before?.focus();
  if (!copied) {
    throw new Error('not copied');
  }
}
