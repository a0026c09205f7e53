/**
 * Offers texts to start with while a field is empty. Returns a function to call when `wanted`, which may say that there are
 * to be none, has changed its answer.
 */
export function offerExamples(box, texts, field, wanted = () => true) {
  const update = () => box.hidden = field.value !== '' || !wanted();
  for (const text of texts) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', () => {
      field.value = text;
      field.focus();
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    box.append(button);
  }

  field.addEventListener('input', update);
  update();
  return update;
}
