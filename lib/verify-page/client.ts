import { type Keys, keysOf } from '@/lib/domain/proof/jws';
import { maxFaults, type Report } from '@/lib/domain/proof/report';
import type { CheckpointStatement } from '@/lib/domain/proof/statements';
import { checkpointsIn, verifyFile } from '@/lib/domain/proof/verify';

/** The page that verifies: everything happens here, with what was dropped and the keys. Plain DOM, for it must fit in one file. */
type Held = { keys: Keys; from: string } | null;

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no #${id}`);
  return found;
};
const input = (id: string): HTMLInputElement => element(id) as HTMLInputElement;

let held: Held = null;
let checked: File[] = [];

// A page that was saved after a check has its results in it.
element('results').replaceChildren();
element('clear').hidden = true;

if (globalThis.crypto?.subtle === undefined) {
  const unable = element('unable');
  unable.textContent =
    'This browser checks signatures only on pages that came encrypted (https) or from a disk. Save this page and open the copy.';
  unable.hidden = false;
}

element('pick').addEventListener('click', () => input('files').click());
element('pick-keys').addEventListener('click', () => input('key-files').click());
for (const id of ['files', 'key-files']) {
  input(id).addEventListener('change', () => {
    const files = [...(input(id).files ?? [])];
    input(id).value = '';
    void take(files);
  });
}
element('clear').addEventListener('click', () => {
  checked = [];
  element('results').replaceChildren();
  element('clear').hidden = true;
});
const drop = element('drop');
addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) drop.classList.remove('over');
});
addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  void take([...(event.dataTransfer?.files ?? [])]);
});

const online = location.protocol.startsWith('http');
const save = element('save') as HTMLAnchorElement;
if (online) save.href = location.pathname;
else save.replaceWith('Keep it');
void start();

async function start(): Promise<void> {
  if (online) {
    try {
      const answer = await fetch('/.well-known/jwks.json', { credentials: 'omit', cache: 'no-cache' });
      const keys = answer.ok ? await keysOf(await answer.json()) : null;
      if (keys !== null && keys.size > 0) held = { keys, from: `published by ${location.host}` };
    } catch {
      // Offline, or a copy on somebody's server: a keys file is asked for.
    }
  }
  showKeys();
}

async function take(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  const rest: File[] = [];
  for (const file of files) {
    const keys = await keysIn(file);
    if (keys === null) rest.push(file);
    else held = { keys, from: `from ${file.name}` };
  }
  showKeys();
  // Other keys, another verdict: what was checked is checked again.
  const again = rest.length < files.length ? checked : [];
  checked = [...checked, ...rest];
  const batch = [...again, ...rest];
  if (again.length > 0) element('results').replaceChildren();
  element('clear').hidden = checked.length === 0;
  const known = await knownCheckpoints(batch);
  for (const file of batch) await check(file, known);
}

async function keysIn(file: File): Promise<Keys | null> {
  if (file.size > 1024 * 1024) return null;
  try {
    const keys = await keysOf(JSON.parse(await file.text()));
    return keys !== null && keys.size > 0 ? keys : null;
  } catch {
    return null;
  }
}

async function knownCheckpoints(files: readonly File[]): Promise<readonly CheckpointStatement[]> {
  const known: CheckpointStatement[] = [];
  if (files.length < 2) return known;
  for (const file of files) {
    const start = await file.slice(0, 3).text();
    if (start !== 'eyJ') continue;
    const found = await checkpointsIn(bytesOf(file), held?.keys ?? null);
    if ('checkpoints' in found) known.push(...found.checkpoints);
  }
  return known;
}

async function check(file: File, known: readonly CheckpointStatement[]): Promise<void> {
  const card = make('section', 'panel result');
  const bar = document.createElement('progress');
  card.append(make('p', 'file', `${file.name}: checking …`), bar);
  element('results').append(card);
  await painted();
  let shown = performance.now();
  try {
    const report = await verifyFile(bytesOf(file), {
      keys: held?.keys ?? null,
      known,
      async onProgress(entries, total) {
        if (performance.now() - shown < 100) return;
        bar.max = Math.max(total, entries, 1);
        bar.value = entries;
        await painted();
        shown = performance.now();
      },
    });
    card.replaceChildren(...told(report, file.name));
    card.classList.add(report.verdict);
  } catch (error) {
    card.classList.add('unchecked');
    const why = error instanceof Error ? error.message : String(error);
    card.replaceChildren(make('p', 'verdict', 'Could not be read'), make('p', '', `${file.name}: ${why}`));
  }
}

const verdicts: Readonly<Record<Report['verdict'], string>> = {
  verified: 'Verified',
  failed: 'Not verified',
  unchecked: 'Not fully checked',
};

function told(report: Report, name: string): HTMLElement[] {
  const head = make('div', 'row');
  const title = make('div', '');
  title.append(make('h2', '', report.title), make('p', 'file', name));
  head.append(title, make('p', 'verdict', verdicts[report.verdict]));
  const facts = document.createElement('dl');
  for (const [term, value] of report.facts)
    facts.append(make('dt', '', term), make('dd', /^[0-9a-f]{64}/.test(value) ? 'mono' : '', visible(value)));
  const hidden = report.faultCount - report.faults.length;
  const faults = report.faults.map(({ message }) => message);
  if (hidden > 0) faults.push(`… and ${hidden} more (${maxFaults} are shown)`);
  return [
    head,
    ...(faults.length > 0
      ? [part('part wrong', faults.length === 1 ? 'Wrong' : `Wrong (${report.faultCount})`, faults)]
      : []),
    ...(report.facts.length > 0 ? [facts] : []),
    ...(report.checked.length > 0 ? [part('part', 'Checked', report.checked)] : []),
    ...(report.open.length > 0 ? [part('part open', 'Could not be checked', report.open)] : []),
    ...(report.notChecked.length > 0 ? [part('part not', 'Not shown by this', report.notChecked)] : []),
  ];
}

function part(className: string, name: string, lines: readonly string[]): HTMLElement {
  const box = make('div', className);
  const list = document.createElement('ul');
  for (const line of lines) list.append(make('li', '', visible(line)));
  box.append(make('h3', '', name), list);
  return box;
}

function showKeys(): void {
  const line = element('keys');
  const note = element('keys-note');
  if (held === null) {
    line.textContent = 'None yet: signatures cannot be checked.';
    note.textContent = 'Open the file that was saved from /.well-known/jwks.json, or drop it below.';
    return;
  }
  const { keys, from } = held;
  line.textContent = `${keys.size === 1 ? 'One key' : `${keys.size} keys`}, ${from}`;
  note.textContent = [...keys.keys()].join(', ');
}

async function* bytesOf(file: File): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}

function make(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.textContent = text;
  return made;
}

// What a file says is anybody's text: signs that cannot be seen, or turn the line round, are shown as such.
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    // A page in the background is not painted, and goes on all the same.
    setTimeout(resolve, 200);
  });
}
