import { make, readInputs, renderBlocks, renderMarkup } from './blocks.js';

const query = new URLSearchParams(location.search);
const place = {
  user: query.get('user') ?? 'U01MARTA001',
  channel: query.get('channel'),
  thread: query.get('thread'),
  home: query.get('tab') === 'home',
};
let view = null;
const drawn = new Map();

async function post(operation, input) {
  const response = await fetch(`/__sim/${operation}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...(input === undefined ? {} : { body: JSON.stringify(input) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

/** Does what a person did, and shows what Slack would tell them when it went wrong. */
async function perform(operation, input) {
  try {
    const result = await post(operation, input);
    const notice = result?.notice ?? result?.act?.notice ?? null;
    if (notice !== null) notify(notice);
    return result;
  } catch (error) {
    notify(error.message);
    return null;
  } finally {
    await refresh();
  }
}

function notify(text) {
  const notice = make('div', { class: 'notice', role: 'alert' }, text);
  notice.append(
    make('button', { type: 'button', class: 'cross', 'aria-label': 'Dismiss', onclick: () => notice.remove() }, '×'),
  );
  document.querySelector('#notices').append(notice);
  setTimeout(() => notice.remove(), 8000);
}

let running = null;
let again = false;

/** One look at a time; what changes meanwhile is looked at once more. */
function refresh() {
  if (running !== null) {
    again = true;
    return running;
  }
  running = look().finally(() => {
    running = null;
    if (again) {
      again = false;
      void refresh();
    }
  });
  return running;
}

async function look() {
  const wanted = new URLSearchParams({ user: place.user });
  if (place.channel !== null) wanted.set('channel', place.channel);
  if (place.thread !== null) wanted.set('thread', place.thread);
  const response = await fetch(`/__sim/workspace?${wanted}`);
  if (!response.ok) return;
  view = await response.json();
  draw();
}

function go(change) {
  Object.assign(place, change);
  const shown = new URLSearchParams({ user: place.user });
  if (place.channel !== null) shown.set('channel', place.channel);
  if (place.thread !== null) shown.set('thread', place.thread);
  if (place.home) shown.set('tab', 'home');
  history.replaceState(null, '', `?${shown}`);
  drawn.clear();
  void refresh();
}

/** Draws a part again only when what it shows has changed, so that focus and half-typed words stay. */
function drawPart(name, shown, render) {
  const key = JSON.stringify(shown);
  if (drawn.get(name) === key) return;
  drawn.set(name, key);
  render();
}

function draw() {
  document.title = `${view.team} — simulated Slack`;
  drawPart('top', [view.team, view.people, place.user], drawTop);
  drawPart('places', [view.visible, view.channel?.id, place.home, view.app], drawPlaces);
  if (place.home) drawPart('place', ['home', view.home], drawHome);
  else drawPart('place', ['channel', view.channel?.id, view.channel?.member], drawChannel);
  if (!place.home && view.channel !== null) drawMessages('messages', view.channel.messages);
  drawThread();
  drawPart('modal', view.modals, drawModal);
}

function drawTop() {
  document.querySelector('#team').textContent = view.team;
  const select = document.querySelector('#acting');
  select.replaceChildren(
    ...view.people
      .filter(({ note }) => note !== 'app')
      .map(({ id, name, note }) => make('option', { value: id, selected: id === place.user }, `${name} — ${note}`)),
  );
}

function drawPlaces() {
  const nav = document.querySelector('nav.places');
  const entry = (label, current, onclick) =>
    make('li', {}, make('button', { type: 'button', 'aria-current': current ? 'page' : null, onclick }, label));
  const channels = view.visible.filter(({ kind }) => kind !== 'im');
  const direct = view.visible.filter(({ kind }) => kind === 'im');
  const open = (one) =>
    entry(
      `${mark(one)}${one.name}${one.kind === 'private' ? ' (private)' : ''}${one.archived ? ' (archived)' : ''}${one.shared ? ' (shared)' : ''}`,
      !place.home && view.channel?.id === one.id,
      () => go({ channel: one.id, thread: null, home: false }),
    );
  nav.replaceChildren(
    make('h2', {}, 'Apps'),
    make('ul', {}, entry(`${view.app} Home`, place.home, openHome)),
    make('h2', {}, 'Channels'),
    make('ul', {}, ...channels.map(open)),
    make('h2', {}, 'Direct messages'),
    make('ul', {}, ...direct.map(open)),
  );
}

function mark({ kind }) {
  return kind === 'public' ? '# ' : '';
}

async function openHome() {
  go({ home: true, thread: null });
  await perform('openHome', place.user);
}

/** What the blocks of a place do: everything goes to the simulator as a click of the acting person. */
function surroundings(where, values = {}, errors = {}) {
  const name = (all, id) => all.find((one) => one.id === id)?.name ?? id;
  return {
    people: view.people,
    channels: view.channels,
    personName: (id) => name(view.people, id),
    channelName: (id) => name(view.channels, id),
    values,
    errors,
    act: async (act) => void (await perform('click', { user: place.user, ...where, ...act })),
    suggest: async (ask) => {
      const answer = await post('suggest', { user: place.user, ...where, ...ask });
      return (answer.json?.options ?? []).map(({ value, text }) => ({ value, text: text.text }));
    },
    confirm: askFirst,
  };
}

function drawHome() {
  const target = document.querySelector('#place');
  const section = make(
    'section',
    { 'aria-label': `${view.app} Home`, class: 'home' },
    make('h1', {}, `${view.app} Home`),
  );
  if (view.home === null) section.append(make('p', { class: 'note' }, 'The app has not published anything here.'));
  else section.append(renderBlocks(view.home.blocks, surroundings({ home: true }, view.home.state.values)));
  target.replaceChildren(section);
}

function drawChannel() {
  const target = document.querySelector('#place');
  if (view.channel === null) return void target.replaceChildren(make('p', {}, 'No channel that you can see.'));
  const shown = view.visible.find(({ id }) => id === view.channel.id);
  const title = `${mark(shown)}${shown.name}`;
  const messages = make('div', { id: 'messages', role: 'log', 'aria-label': `Messages in ${shown.name}`, tabindex: 0 });
  drawn.delete('messages');
  rows.messages = new Map();
  target.replaceChildren(make('h1', {}, title), messages, composer(shown.name, view.channel.id, null));
}

/** The message box. A line that begins with a slash is a command; in threads there are none. */
function composer(name, channel, threadTs) {
  const label = threadTs === null ? `Message ${name}` : 'Reply in thread';
  const input = make('input', { type: 'text', 'aria-label': label, placeholder: label, autocomplete: 'off' });
  const submit = async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '') return;
    input.value = '';
    const command = view.commands.find((one) => text === one || text.startsWith(`${one} `));
    if (command !== undefined && threadTs === null)
      await perform('slash', { user: place.user, channel, command, text: text.slice(command.length).trim() });
    else await perform('say', { user: place.user, channel, text, ...(threadTs === null ? {} : { threadTs }) });
  };
  return make('form', { class: 'composer', onsubmit: submit }, input, make('button', { class: 'button' }, 'Send'));
}

/** The messages that are drawn in each list, by `ts`. */
const rows = { messages: new Map(), thread: new Map() };

function drawMessages(listName, messages) {
  const list = document.querySelector(`#${listName === 'messages' ? 'messages' : 'replies'}`);
  const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 40;
  const known = rows[listName];
  const next = new Map();
  for (const message of messages) {
    const key = JSON.stringify(message);
    const before = known.get(message.ts);
    next.set(message.ts, before?.key === key ? before : { key, node: messageNode(message, listName === 'messages') });
  }
  rows[listName] = next;
  const nodes = [...next.values()].map(({ node }) => node);
  if (nodes.length !== list.children.length || nodes.some((node, index) => list.children[index] !== node))
    list.replaceChildren(...nodes);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function messageNode(message, inChannel) {
  const at = new Date(Number(message.ts) * 1000);
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const around = surroundings({ channel: message.channel, ts: message.ts });
  const replies =
    message.replies === 0 ? 'Reply in thread' : `${message.replies} ${message.replies === 1 ? 'reply' : 'replies'}`;
  return make(
    'article',
    { class: 'message', 'aria-label': `${message.author}, ${time}`, 'data-ts': message.ts },
    make('div', { class: 'avatar', 'aria-hidden': 'true' }, message.author.slice(0, 1)),
    make(
      'div',
      { class: 'content' },
      make(
        'p',
        { class: 'byline' },
        make('strong', {}, message.author),
        message.bot ? make('span', { class: 'tag' }, 'app') : null,
        make('time', { datetime: at.toISOString(), title: at.toLocaleString() }, time),
        message.onlyForYou ? make('span', { class: 'note' }, 'Only visible to you') : null,
      ),
      message.blocks.length > 0
        ? renderBlocks(message.blocks, around)
        : make('div', {}, renderMarkup(message.text, false, around)),
      message.edited ? make('span', { class: 'note' }, '(edited)') : null,
      inChannel && !message.onlyForYou
        ? make('button', { type: 'button', class: 'replies', onclick: () => go({ thread: message.ts }) }, replies)
        : null,
    ),
  );
}

function drawThread() {
  const aside = document.querySelector('#thread');
  const thread = place.home ? null : (view.channel?.thread ?? null);
  aside.hidden = thread === null;
  if (thread === null) {
    drawn.delete('thread');
    return;
  }
  drawPart('thread', [view.channel.id, place.thread], () => {
    rows.thread = new Map();
    aside.replaceChildren(
      make(
        'h2',
        { class: 'bar' },
        'Thread',
        make(
          'button',
          { type: 'button', class: 'cross', 'aria-label': 'Close thread', onclick: () => go({ thread: null }) },
          '×',
        ),
      ),
      make('div', { id: 'replies', role: 'log', 'aria-label': 'Replies', tabindex: 0 }),
      composer('thread', view.channel.id, place.thread),
    );
  });
  drawMessages('thread', thread);
}

function drawModal() {
  document.querySelector('dialog.modal')?.remove();
  const modal = view.modals.at(-1);
  if (modal === undefined) return;
  const { user } = place;
  const around = surroundings({ viewId: modal.id }, modal.state.values, modal.errors);
  const close = (all) => perform('closeModal', { user, viewId: modal.id, all });
  const submit = async (event) => {
    event.preventDefault();
    const button = dialog.querySelector('button[type=submit]');
    if (button === null || button.hasAttribute('aria-busy')) return;
    button.setAttribute('aria-busy', 'true');
    try {
      await perform('submitModal', { user, viewId: modal.id, values: readInputs(dialog) });
    } finally {
      button.removeAttribute('aria-busy');
    }
  };
  const title = make('h2', { id: `title-${modal.id}`, class: 'title' }, modal.title.text);
  const dialog = make(
    'dialog',
    { class: 'modal', 'aria-labelledby': title.id, 'data-view-id': modal.id },
    make(
      'form',
      { novalidate: true, onsubmit: submit },
      make(
        'header',
        { class: 'bar' },
        title,
        make('button', { type: 'button', class: 'cross', 'aria-label': 'Close all', onclick: () => close(true) }, '×'),
      ),
      renderBlocks(modal.blocks, around),
      make(
        'footer',
        {},
        make('button', { type: 'button', class: 'button', onclick: () => close(false) }, modal.close?.text ?? 'Cancel'),
        modal.submit === null ? null : make('button', { type: 'submit', class: 'button primary' }, modal.submit.text),
      ),
    ),
  );
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    void close(false);
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** The app's own question before an action. @returns {Promise<boolean>} */
function askFirst(confirm) {
  return new Promise((resolve) => {
    const title = make('h2', { id: 'confirm-title', class: 'title' }, confirm.title.text);
    const answer = (value) => {
      dialog.remove();
      resolve(value);
    };
    const around = surroundings({});
    const question =
      confirm.text.type === 'mrkdwn'
        ? renderMarkup(confirm.text.text, confirm.text.verbatim === true, around)
        : confirm.text.text;
    const dialog = make(
      'dialog',
      { class: 'confirm', 'aria-labelledby': title.id },
      title,
      make('p', {}, question),
      make(
        'footer',
        {},
        make('button', { type: 'button', class: 'button', onclick: () => answer(false) }, confirm.deny.text),
        make(
          'button',
          { type: 'button', class: `button ${confirm.style ?? 'primary'}`, onclick: () => answer(true) },
          confirm.confirm.text,
        ),
      ),
    );
    dialog.addEventListener('cancel', () => answer(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}

document.querySelector('#acting').addEventListener('change', (event) => {
  go({ user: event.target.value, thread: null });
});

// Coming back to the Home is a visit of it, as a click on it is.
if (place.home) void perform('openHome', place.user);
const changes = new EventSource('/__sim/stream');
changes.onmessage = () => void refresh();
go({});
