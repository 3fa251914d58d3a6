import { parseMrkdwn } from './mrkdwn.js';

/**
 * What blocks need of the page around them.
 * @typedef {object} Surroundings
 * @property {(id: string) => string} personName
 * @property {(id: string) => string} channelName
 * @property {{ id: string, name: string }[]} people
 * @property {{ id: string, name: string }[]} channels
 * @property {(act: { actionId: string, blockId: string, value?: string | string[] | null }) => Promise<void>} act
 * @property {(ask: { actionId: string, blockId: string, value: string }) => Promise<{ value: string, text: string }[]>} suggest
 * @property {(confirm: object) => Promise<boolean>} confirm
 * @property {Record<string, Record<string, object>>} values what was typed or chosen, by block and action
 * @property {Record<string, string>} errors by block
 */

/** Makes an element. Members are attributes, `on…` listeners; text is always set as text, never as markup. */
export function make(tag, members = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** @param {object[]} blocks @param {Surroundings} around */
export function renderBlocks(blocks, around) {
  return make('div', { class: 'blocks' }, ...blocks.map((block) => renderBlock(block, around)));
}

/** Text with Slack's markup, as a message without blocks shows it. */
export function renderMarkup(text, verbatim, around) {
  return make('span', { class: 'mrkdwn' }, ...parseMrkdwn(text, verbatim).map((piece) => renderPiece(piece, around)));
}

function renderBlock(block, around) {
  const attributes = { class: `block ${block.type}`, 'data-block-id': block.block_id };
  switch (block.type) {
    case 'header':
      return make('h3', attributes, block.text.text);
    case 'divider':
      return make('hr', attributes);
    case 'section':
      return make('div', attributes, ...sectionParts(block, around));
    case 'context':
      return make(
        'div',
        attributes,
        ...block.elements.map((one) => (one.type === 'image' ? image(one) : text(one, around))),
      );
    case 'actions':
      return make('div', attributes, ...block.elements.map((one) => renderElement(block, one, around)));
    case 'image':
      return make('figure', attributes, image(block), block.title ? make('figcaption', {}, block.title.text) : null);
    case 'input':
      return renderInput(block, attributes, around);
    case 'rich_text':
      return make('div', attributes, ...block.elements.map((one) => richPart(one, around)));
    case 'markdown':
      return make('div', attributes, block.text);
    case 'table':
      return make('table', attributes, make('tbody', {}, ...block.rows.map((row) => tableRow(row, around))));
    default:
      return make('div', attributes, `[${block.type}]`);
  }
}

function sectionParts(block, around) {
  const main = make('div', { class: 'section-text' });
  if (block.text) main.append(make('p', {}, text(block.text, around)));
  if (block.fields)
    main.append(make('div', { class: 'fields' }, ...block.fields.map((field) => make('p', {}, text(field, around)))));
  const { accessory } = block;
  if (!accessory) return [main];
  return [main, accessory.type === 'image' ? image(accessory) : renderElement(block, accessory, around)];
}

function text(object, around) {
  if (object.type === 'mrkdwn') return renderMarkup(object.text, object.verbatim === true, around);
  return make('span', { class: 'plain' }, object.text);
}

function image(element) {
  return make('img', { src: element.image_url ?? '', alt: element.alt_text, class: 'image' });
}

function tableRow(row, around) {
  return make(
    'tr',
    {},
    ...row.map((cell) =>
      make('td', {}, ...(cell.type === 'raw_text' ? [cell.text] : cell.elements.map((one) => richPart(one, around)))),
    ),
  );
}

const wrappers = { bold: 'strong', italic: 'em', strike: 's', code: 'code', pre: 'pre', quote: 'blockquote' };

function renderPiece(piece, around) {
  switch (piece.type) {
    case 'text':
      return document.createTextNode(piece.text);
    case 'link':
      return link(piece.url, piece.label);
    case 'date':
      return dateText(piece.seconds, piece.fallback);
    case 'mention':
      return mention(piece.kind, piece.id, piece.label, around);
    default:
      return make(wrappers[piece.type], {}, ...piece.children.map((child) => renderPiece(child, around)));
  }
}

function link(url, label) {
  return make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label);
}

function dateText(seconds, fallback) {
  const date = new Date(seconds * 1000);
  const shown = Number.isNaN(date.getTime())
    ? fallback
    : date.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  return make('time', { title: fallback }, shown);
}

function mention(kind, id, label, around) {
  const names = {
    user: () => `@${label ?? around.personName(id)}`,
    channel: () => `#${label ?? around.channelName(id)}`,
    group: () => `@${label ?? id}`,
    everyone: () => `@${id}`,
  };
  return make('span', { class: `mention ${kind}`, 'data-mention': `${kind}:${id}` }, names[kind]());
}

function richPart(part, around) {
  const inside = () => part.elements.map((one) => richInline(one, around));
  switch (part.type) {
    case 'rich_text_preformatted':
      return make('pre', {}, ...inside());
    case 'rich_text_quote':
      return make('blockquote', {}, ...inside());
    case 'rich_text_list':
      return make(
        part.style === 'ordered' ? 'ol' : 'ul',
        {},
        ...part.elements.map((one) => make('li', {}, ...one.elements.map((child) => richInline(child, around)))),
      );
    default:
      return make('p', {}, ...inside());
  }
}

function richInline(element, around) {
  const node = richNode(element, around);
  return Object.entries(element.style ?? {}).reduce(
    (inner, [name, on]) => (on && wrappers[name] ? make(wrappers[name], {}, inner) : inner),
    node,
  );
}

function richNode(element, around) {
  switch (element.type) {
    case 'text':
      return document.createTextNode(element.text);
    case 'link':
      return link(element.url, element.text ?? element.url);
    case 'user':
      return mention('user', element.user_id, null, around);
    case 'channel':
      return mention('channel', element.channel_id, null, around);
    case 'usergroup':
      return mention('group', element.usergroup_id, null, around);
    case 'broadcast':
      return mention('everyone', element.range, null, around);
    case 'date':
      return dateText(element.timestamp, element.fallback ?? '');
    case 'emoji':
      return document.createTextNode(`:${element.name}:`);
    default:
      return document.createTextNode(`[${element.type}]`);
  }
}

let lastId = 0;

function renderInput(block, attributes, around) {
  lastId += 1;
  const id = `input-${lastId}`;
  const error = around.errors[block.block_id];
  const described = [block.hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter((one) => one !== '').join(' ');
  const control = renderElement(block, block.element, around, {
    id,
    'aria-describedby': described === '' ? null : described,
    'aria-invalid': error ? 'true' : null,
  });
  const grouped = block.element.type === 'checkboxes' || block.element.type === 'radio_buttons';
  const label = block.optional ? `${block.label.text} (optional)` : block.label.text;
  const notes = [
    block.hint ? make('p', { class: 'hint', id: `${id}-hint` }, block.hint.text) : null,
    error ? make('p', { class: 'error', id: `${id}-error`, role: 'alert' }, error) : null,
  ];
  if (grouped) return make('fieldset', attributes, make('legend', { class: 'label' }, label), control, ...notes);
  return make('div', attributes, make('label', { for: id, class: 'label' }, label), control, ...notes);
}

/** What stands in an input before somebody sends it; by `block_id`, as `submitModal` takes it. */
export function readInputs(form) {
  const values = {};
  for (const control of form.querySelectorAll('[data-input]')) values[control.dataset.input] = currentValue(control);
  return values;
}

function currentValue(control) {
  switch (control.dataset.kind) {
    case 'boxes':
      return [...control.querySelectorAll('input:checked')].map(({ value }) => value);
    case 'radio':
      return control.querySelector('input:checked')?.value ?? null;
    case 'several':
      return [...control.selectedOptions].map(({ value }) => value);
    case 'moment':
      return control.value === '' ? null : String(Math.floor(new Date(control.value).getTime() / 1000));
    default:
      return control.value === '' ? null : control.value;
  }
}

function renderElement(block, element, around, given = {}) {
  const ids = { actionId: element.action_id, blockId: block.block_id };
  const inForm = block.type === 'input';
  const name = element.placeholder?.text ?? element.action_id;
  const common = {
    ...(inForm ? { 'data-input': block.block_id } : { 'aria-label': name }),
    'data-action-id': element.action_id,
    ...given,
  };
  const held = around.values[block.block_id]?.[element.action_id] ?? {};
  const send = async (value) => {
    if (element.confirm && !(await around.confirm(element.confirm))) return;
    await around.act(value === undefined ? ids : { ...ids, value });
  };
  const changed = (event) => {
    if (!inForm || block.dispatch_action) void send(currentValue(event.currentTarget));
  };
  switch (element.type) {
    case 'button':
      return renderButton(element, send);
    case 'overflow':
      return renderOverflow(element, send);
    case 'static_select':
    case 'multi_static_select':
      return menu(choicesOf(element), chosenOf(held), element, { ...common, onchange: changed });
    case 'users_select':
    case 'multi_users_select':
      return menu(named(around.people), chosenOf(held), element, { ...common, onchange: changed });
    case 'conversations_select':
    case 'multi_conversations_select':
    case 'channels_select':
    case 'multi_channels_select':
      return menu(named(around.channels), chosenOf(held), element, { ...common, onchange: changed });
    case 'external_select':
    case 'multi_external_select':
      return renderSearch(element, held, common, { changed, ask: (value) => around.suggest({ ...ids, value }) });
    case 'radio_buttons':
      return boxes(element, 'radio', held, { ...common, 'data-kind': 'radio', onchange: changed });
    case 'checkboxes':
      return boxes(element, 'checkbox', held, { ...common, 'data-kind': 'boxes', onchange: changed });
    case 'datepicker':
      return make('input', { ...common, type: 'date', value: held.selected_date, onchange: changed });
    case 'timepicker':
      return make('input', { ...common, type: 'time', value: held.selected_time, onchange: changed });
    case 'datetimepicker':
      return make('input', { ...common, type: 'datetime-local', 'data-kind': 'moment', onchange: changed });
    default:
      return renderTextInput(element, held, { ...common, onchange: changed });
  }
}

function renderButton(element, send) {
  const press = async (event) => {
    const button = event.currentTarget;
    button.setAttribute('aria-busy', 'true');
    try {
      await send();
    } finally {
      button.removeAttribute('aria-busy');
    }
  };
  const members = {
    class: `button ${element.style ?? ''}`,
    'aria-label': element.accessibility_label,
    'data-action-id': element.action_id,
    onclick: press,
  };
  if (element.url)
    return make(
      'a',
      { ...members, href: element.url, target: '_blank', rel: 'noopener noreferrer' },
      element.text.text,
    );
  return make('button', { ...members, type: 'button' }, element.text.text);
}

function renderOverflow(element, send) {
  const details = make('details', { class: 'overflow', 'data-action-id': element.action_id });
  const items = element.options.map((option) =>
    make(
      'button',
      {
        type: 'button',
        onclick: () => {
          details.open = false;
          void send(option.value);
        },
      },
      option.text.text,
    ),
  );
  details.append(make('summary', { 'aria-label': 'More actions' }, '⋯'), make('div', { class: 'items' }, ...items));
  return details;
}

function choicesOf(element) {
  const groups = element.option_groups ?? [{ label: null, options: element.options ?? [] }];
  return groups.map(({ label, options }) => ({
    label: label?.text ?? null,
    options: options.map(({ text: shown, value }) => ({ value, text: shown.text })),
  }));
}

function named(all) {
  return [{ label: null, options: all.map(({ id, name }) => ({ value: id, text: name })) }];
}

/** The values that are chosen, whatever kind of element holds them. */
function chosenOf(held) {
  return Object.entries(held)
    .filter(([key]) => key !== 'type')
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .map((one) => (one !== null && typeof one === 'object' ? one.value : one))
    .filter((one) => one !== null && one !== undefined);
}

function menu(groups, chosen, element, members) {
  const several = element.type.startsWith('multi_');
  const select = make('select', { ...members, multiple: several, 'data-kind': several ? 'several' : null });
  if (!several) select.append(make('option', { value: '' }, element.placeholder?.text ?? 'Choose…'));
  for (const { label, options } of groups) {
    const made = options.map(({ value, text: shown }) =>
      make('option', { value, selected: chosen.includes(value) }, shown),
    );
    if (label === null) select.append(...made);
    else select.append(make('optgroup', { label }, ...made));
  }
  return select;
}

function renderSearch(element, held, common, { changed, ask }) {
  lastId += 1;
  const list = make('datalist', { id: `list-${lastId}` });
  const input = make('input', {
    ...common,
    list: list.id,
    placeholder: element.placeholder?.text,
    value: chosenOf(held)[0],
    onchange: changed,
    oninput: async () => {
      if (input.value.length < (element.min_query_length ?? 3)) return;
      const options = await ask(input.value);
      list.replaceChildren(...options.map(({ value, text: shown }) => make('option', { value }, shown)));
    },
  });
  return make('span', {}, input, list);
}

function boxes(element, type, held, members) {
  lastId += 1;
  const name = `choice-${lastId}`;
  const chosen = chosenOf(held);
  const { onchange, ...attributes } = members;
  const group = make('div', { ...attributes, class: 'boxes', role: type === 'radio' ? 'radiogroup' : 'group' });
  for (const { text: shown, value, description } of element.options) {
    const box = make('input', { type, name, value, checked: chosen.includes(value) });
    group.append(
      make(
        'label',
        { class: 'choice' },
        box,
        ` ${shown.text}`,
        description ? make('small', {}, ` ${description.text}`) : null,
      ),
    );
  }
  group.addEventListener('change', onchange);
  return group;
}

const inputTypes = { email_text_input: 'email', url_text_input: 'url' };

function renderTextInput(element, held, members) {
  const value = typeof held.value === 'string' ? held.value : '';
  const attributes = { ...members, placeholder: element.placeholder?.text, 'aria-label': members['aria-label'] };
  if (element.multiline || element.type === 'rich_text_input')
    return make('textarea', { ...attributes, rows: 4 }, value);
  const number = element.type === 'number_input';
  return make('input', {
    ...attributes,
    type: inputTypes[element.type] ?? 'text',
    inputmode: number ? 'decimal' : null,
    value,
  });
}
