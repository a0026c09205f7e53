// Values that the browser keeps as JSON. Storage may be disabled or full: then a value lasts as long as the page.

const storages = { tab: () => sessionStorage, browser: () => localStorage };

/** The value that was kept under a name, or null. `where` is 'tab' (until the tab is closed) or 'browser'. */
export function kept(where, name) {
  try {
    return JSON.parse(storages[where]().getItem(name));
  } catch {
    return null;
  }
}

/** Keeps a value, and says whether that was possible. */
export function keep(where, name, value) {
  try {
    storages[where]().setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
