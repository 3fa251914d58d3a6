type Window = 'palette' | 'keyboard-sheet';

let listener: ((what: Window) => void) | null = null;

/** Opens the command palette or the sheet of keys from anywhere in client code. */
export function requestWindow(what: Window): void {
  listener?.(what);
}

/** For the shell, which owns both windows. */
export function onPaletteRequest(open: (what: Window) => void): () => void {
  listener = open;
  return () => {
    listener = null;
  };
}
