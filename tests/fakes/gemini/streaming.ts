import type { JsonObject, Step } from './wire';

/** What opens a stream, before the model has done anything. */
export function openingFrames(interaction: JsonObject): JsonObject[] {
  const { id = '' } = interaction;
  const head = headOf({ ...interaction, status: 'in_progress' });
  return [
    { event_type: 'interaction.created', interaction: head, event_id: 'e1' },
    { event_type: 'interaction.status_update', interaction_id: id, status: 'in_progress', event_id: 'e2' },
  ];
}

/**
 * What follows once the turn has ended: each step from start to stop, then `interaction.completed`, which closes the turn
 * whatever the status. Event ids count on from the opening, so a reader can go on after any of them.
 */
export function closingFrames(interaction: JsonObject, steps: readonly Step[]): JsonObject[] {
  const { steps: _, ...whole } = interaction;
  const bare: JsonObject[] = [
    ...steps.flatMap(stepFrames),
    { event_type: 'interaction.completed', interaction: whole },
  ];
  return bare.map((frame, index) => ({ ...frame, event_id: `e${index + 3}` }));
}

/** The frames after `lastEventId`; all when it is null or unknown. */
export function framesAfter(frames: readonly JsonObject[], lastEventId: string | null): JsonObject[] {
  return frames.slice(frames.findIndex(({ event_id: id }) => id === lastEventId) + 1);
}

export function frameText(frame: JsonObject): string {
  return `event: ${String(frame.event_type)}\ndata: ${JSON.stringify(frame)}\n\n`;
}

export const LAST_FRAME = 'data: [DONE]\n\n';

function headOf({ id = '', status = '', model, agent }: JsonObject): JsonObject {
  return {
    id,
    status,
    object: 'interaction',
    ...(model === undefined ? {} : { model }),
    ...(agent === undefined ? {} : { agent }),
  };
}

function stepFrames(step: Step, index: number): JsonObject[] {
  const { start, deltas } = split(step);
  return [
    { event_type: 'step.start', index, step: start },
    ...deltas.map((delta) => ({ event_type: 'step.delta', index, delta })),
    { event_type: 'step.stop', index },
  ];
}

/** Text and arguments arrive in pieces; everything else is complete in the start of its step. */
function split(step: Step): { start: JsonObject; deltas: JsonObject[] } {
  if (step.type === 'function_call')
    return {
      start: { ...step, arguments: {} },
      deltas: pieces(JSON.stringify(step.arguments)).map((text) => ({ type: 'arguments_delta', arguments: text })),
    };
  if (step.type === 'model_output' && Array.isArray(step.content)) {
    const text = step.content.map((part) => (isText(part) ? part.text : '')).join('');
    return { start: { type: step.type }, deltas: pieces(text).map((piece) => ({ type: 'text', text: piece })) };
  }
  return { start: step, deltas: [] };
}

const PIECE_LENGTH = 64;

function pieces(text: string): string[] {
  const found: string[] = [];
  for (let from = 0; from < text.length; from += PIECE_LENGTH) found.push(text.slice(from, from + PIECE_LENGTH));
  return found;
}

function isText(part: unknown): part is { text: string } {
  return typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string';
}
