import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { linter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import type { ExpressionProblem } from '@/lib/domain/policy/expression';
import { type KnownNames, suggestionsAt } from './suggestions';

export type MountedEditor = Readonly<{
  set: (text: string) => void;
  names: (names: KnownNames) => void;
  destroy: () => void;
}>;

/** Puts an editor for one condition into an element: completion, live problems with their place, undo. */
export function mountEditor(
  parent: HTMLElement,
  options: {
    text: string;
    label: string;
    names: KnownNames;
    check: (text: string) => ExpressionProblem | null;
    onChange: (text: string) => void;
  },
): MountedEditor {
  let { names } = options;
  const complete = (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.toString();
    const found = suggestionsAt(line, context.pos, names);
    if (found === null || (!context.explicit && found.from === context.pos && !found.eager)) return null;
    const all: Completion[] = found.options.map(({ label, detail, apply }) => ({
      label,
      detail,
      ...(apply === undefined ? {} : { apply }),
    }));
    return { from: found.from, options: all, validFor: /^\w*$/ };
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        history(),
        keymap.of([...completionKeymap, ...defaultKeymap.filter(({ key }) => key !== 'Tab'), ...historyKeymap]),
        EditorView.lineWrapping,
        // The styles that it makes carry the nonce of the page that was loaded, like all that our policy lets in.
        EditorView.cspNonce.of(document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? ''),
        EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false', autocapitalize: 'off' }),
        placeholder('tool.name == "issue_refund" && args.amount > 200'),
        autocompletion({ override: [complete], icons: false }),
        linter(({ state }) => {
          const problem = options.check(state.doc.toString());
          if (problem === null) return [];
          const to = Math.min(problem.to, state.doc.length);
          return [{ from: Math.min(problem.from, to), to, severity: 'error', message: problem.message }];
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
        look,
      ],
    }),
  });
  return {
    set: (text) => {
      if (text !== view.state.doc.toString()) {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      }
    },
    names: (next) => {
      names = next;
    },
    destroy: () => view.destroy(),
  };
}

const look = EditorView.theme({
  '&': { fontSize: '13px', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': {
    fontFamily: 'var(--font-geist-mono), ui-monospace, monospace',
    caretColor: 'var(--ink)',
    padding: '6px 0',
  },
  '.cm-line': { padding: '0 10px' },
  '.cm-placeholder': { color: 'var(--faint)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--selection)' },
  '.cm-tooltip': {
    background: 'var(--raised)',
    color: 'var(--ink)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-geist-mono), ui-monospace, monospace',
    fontSize: '13px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--selected)', color: 'var(--ink)' },
  '.cm-completionDetail': { color: 'var(--faint)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--danger)', padding: '4px 8px' },
});
