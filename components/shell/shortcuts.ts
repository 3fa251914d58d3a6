/** What a key press means: a handler for `j`, `?`, `mod+enter`, `shift+x` or a sequence such as `g i`. */
export type ShortcutMap = Record<string, (event: KeyboardEvent) => void>;

type Layer = { map: ShortcutMap; ready: () => boolean; inDialog: boolean };

const SEQUENCE_MS = 1200; // time left for the second key of a sequence

const layers: Layer[] = [];
let held = { first: '', at: 0 };
let singleKeys = true;

/** Whether plain keys act at all; combinations with Ctrl or ⌘ always do. */
export function setSingleKeys(on: boolean): void {
  singleKeys = on;
}

/**
 * Adds a layer of shortcuts; where two layers name one key, the later layer has it. Only layers marked `inDialog` act
 * while a dialog or menu is open. Returns what removes the layer.
 */
export function addShortcuts(map: ShortcutMap, ready: () => boolean, inDialog: boolean): () => void {
  const layer = { map, ready, inDialog };
  if (layers.length === 0) document.addEventListener('keydown', onKeyDown);
  layers.push(layer);
  return () => {
    layers.splice(layers.indexOf(layer), 1);
    if (layers.length === 0) document.removeEventListener('keydown', onKeyDown);
  };
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat || event.isComposing || event.altKey) return;
  const key = keyName(event);
  if (key === null) return;
  const before = held;
  held = { first: '', at: 0 };
  const combined = event.metaKey || event.ctrlKey;
  if (!combined && (!singleKeys || isTyping(event))) return;

  const overlaid = isOverlaid();
  const acting = layers.filter((layer) => layer.inDialog || !overlaid).reverse();
  const inSequence = before.first !== '' && event.timeStamp - before.at < SEQUENCE_MS;
  if (inSequence && run(acting, `${before.first} ${key}`, event)) return;
  if (run(acting, key, event)) return;
  if (acting.some(({ map }) => Object.keys(map).some((name) => name.startsWith(`${key} `)))) {
    held = { first: key, at: event.timeStamp };
  }
}

function run(acting: readonly Layer[], name: string, event: KeyboardEvent): boolean {
  for (const { map, ready } of acting) {
    const handler = map[name];
    if (handler === undefined) continue;
    event.preventDefault();
    if (ready()) handler(event);
    return true;
  }
  return false;
}

function keyName(event: KeyboardEvent): string | null {
  if (['Shift', 'Control', 'Meta', 'Alt', 'CapsLock'].includes(event.key)) return null;
  const names: Record<string, string> = { Escape: 'esc', ArrowUp: 'up', ArrowDown: 'down', ' ': 'space' };
  const key = names[event.key] ?? event.key.toLowerCase();
  // A sign such as `?` needs Shift on some keyboards and not on others; a letter with Shift is another key.
  const shifted = event.shiftKey && (key.length > 1 || /\p{L}/u.test(key)) ? `shift+${key}` : key;
  return event.metaKey || event.ctrlKey ? `mod+${shifted}` : shifted;
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit', 'reset'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function isOverlaid(): boolean {
  return document.querySelector('dialog:modal, [popover="auto"]:popover-open') !== null;
}
