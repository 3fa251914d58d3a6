import { isObject, type Json, type JsonObject } from '../gemini/wire';
import {
  accessory,
  actionsElement,
  contextElement,
  imageMembers,
  inputElement,
  richTextElement,
  richTextLength,
} from './block-kit-elements';
import {
  anyText,
  bool,
  byType,
  type Check,
  identifier,
  list,
  object,
  type Problem,
  plainText,
  string,
  withRule,
  word,
} from './block-kit-shapes';

export type { Problem } from './block-kit-shapes';

/** Where blocks are shown; it decides how many there may be and of which kinds. */
export type Surface = 'message' | 'modal' | 'home';

/** Everything that Slack would refuse in a list of blocks, in the order in which it stands. Empty: it is fine. */
export function checkBlocks(blocks: unknown, surface: Surface, path = '/blocks'): Problem[] {
  const problems: Problem[] = [];
  list(byType(blocksOf[surface]), 0, MOST_BLOCKS[surface])(blocks, path, problems);
  if (!Array.isArray(blocks)) return problems;
  checkUnique(blocks, path, problems);
  if (surface === 'message') checkTotals(blocks, path, problems);
  return problems;
}

/** The same for a whole view, modal or Home, before its ids are given. Its size is asked of `isViewTooLarge`. */
export function checkView(view: unknown, path = '/view'): Problem[] {
  const problems: Problem[] = [];
  byType({ modal, home })(view, path, problems);
  if (!isObject(view)) return problems;
  const surface: Surface = view.type === 'home' ? 'home' : 'modal';
  if (view.blocks !== undefined) problems.push(...checkBlocks(view.blocks, surface, `${path}/blocks`));
  const asks = Array.isArray(view.blocks) && view.blocks.some((block) => isObject(block) && block.type === 'input');
  if (surface === 'modal' && asks && view.submit === undefined)
    problems.push({ path, message: 'missing required field: submit' });
  return problems;
}

export const VIEW_MAX_BYTES = 250_000;

export function isViewTooLarge(view: Json): boolean {
  return Buffer.byteLength(JSON.stringify(view)) > VIEW_MAX_BYTES;
}

/** A problem in the words of `response_metadata.messages`, without its `[ERROR]`. */
export function problemText({ path, message }: Problem): string {
  return `${message} [json-pointer:${path}]`;
}

const MOST_BLOCKS: Record<Surface, number> = { message: 50, modal: 100, home: 100 };
const MARKDOWN_MAX = 12_000; // all markdown blocks of a message together
const RICH_TEXT_MAX = 12_000; // Slack publishes no figure; this is the one that we keep to for a message

const own = { block_id: identifier };

const section: Check = withRule(
  object({}, { ...own, text: anyText(3_000), fields: list(anyText(2_000), 1, 10), accessory, expand: bool }),
  (value, report) => {
    if (value.text === undefined && value.fields === undefined) report('must define either `text` or `fields`');
  },
);

const actions: Check = withRule(object({ elements: list(actionsElement, 1, 25) }, own), (value, report) => {
  const elements = Array.isArray(value.elements) ? value.elements.filter(isObject) : [];
  const seen = new Set<Json>();
  for (const [index, element] of elements.entries()) {
    const { action_id: id } = element;
    if (id === undefined) continue;
    if (seen.has(id)) report(`\`action_id\` "${String(id)}" already exists`, `elements/${index}/action_id`);
    seen.add(id);
  }
  if (elements.filter((element) => element.style === 'primary').length > 1)
    report('no more than 1 primary button allowed', 'elements');
});

const image: Check = (value, path, problems) => {
  if (!isObject(value)) return void problems.push({ path, message: 'must be an object' });
  const { block_id, title, ...rest } = value;
  imageMembers(rest, path, problems);
  if (block_id !== undefined) identifier(block_id, `${path}/block_id`, problems);
  if (title !== undefined) plainText(2_000)(title, `${path}/title`, problems);
};

const tableCell = byType({
  raw_text: object({ text: string(3_000) }),
  rich_text: object({ elements: list(richTextElement, 1, 100) }),
});

const everywhere: Record<string, Check> = {
  header: object({ text: plainText(150) }, own),
  section,
  divider: object({}, own),
  context: object({ elements: list(contextElement, 1, 10) }, own),
  actions,
  image,
  input: object(
    { label: plainText(2_000), element: inputElement },
    { ...own, hint: plainText(2_000), optional: bool, dispatch_action: bool },
  ),
  rich_text: object({ elements: list(richTextElement, 1, 1_000) }, own),
};

const blocksOf: Record<Surface, Record<string, Check>> = {
  message: {
    ...everywhere,
    markdown: object({ text: string(MARKDOWN_MAX) }, own),
    table: object(
      { rows: list(list(tableCell, 1, 20), 1, 100) },
      {
        ...own,
        column_settings: list(object({}, { align: word('left', 'center', 'right'), is_wrapped: bool }), 0, 20),
      },
    ),
  },
  modal: everywhere,
  home: everywhere,
};

const anything: Check = () => undefined;
const viewMembers = {
  private_metadata: string(3_000, 0),
  callback_id: string(255, 0),
  external_id: string(255, 0),
};
const modal: Check = object(
  { title: plainText(24), blocks: anything },
  { ...viewMembers, submit: plainText(24), close: plainText(24), clear_on_close: bool, notify_on_close: bool },
);
const home: Check = object({ blocks: anything }, viewMembers);

function checkUnique(blocks: readonly unknown[], path: string, problems: Problem[]): void {
  const seen = new Set<Json>();
  for (const [index, block] of blocks.entries()) {
    if (!isObject(block) || block.block_id === undefined) continue;
    if (seen.has(block.block_id))
      problems.push({
        path: `${path}/${index}/block_id`,
        message: `\`block_id\` "${String(block.block_id)}" already exists`,
      });
    seen.add(block.block_id);
  }
}

function checkTotals(blocks: readonly unknown[], path: string, problems: Problem[]): void {
  const known = blocks.filter(isObject);
  const markdown = sumOf(known, 'markdown', ({ text }) => (typeof text === 'string' ? text.length : 0));
  if (markdown > MARKDOWN_MAX)
    problems.push({ path, message: `markdown blocks must be less than ${MARKDOWN_MAX + 1} characters together` });
  const rich = sumOf(known, 'rich_text', richTextLength);
  if (rich > RICH_TEXT_MAX)
    problems.push({ path, message: `rich text must be less than ${RICH_TEXT_MAX + 1} characters together` });
  if (known.filter(({ type }) => type === 'table').length > 1)
    problems.push({ path, message: 'no more than 1 table allowed' });
}

function sumOf(blocks: readonly JsonObject[], type: string, length: (block: JsonObject) => number): number {
  return blocks.filter((block) => block.type === type).reduce((sum, block) => sum + length(block), 0);
}
