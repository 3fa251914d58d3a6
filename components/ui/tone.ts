/** What a colour says. `neutral` says nothing; a tone never appears without a word or a glyph beside it. */
export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';

export const toneText: Record<Tone, string> = {
  neutral: 'text-muted',
  info: 'text-info',
  success: 'text-success',
  warning: 'text-warning',
  danger: 'text-danger',
};

export const toneBox: Record<Tone, string> = {
  neutral: 'border-line bg-sunken',
  info: 'border-info-line bg-info-tint',
  success: 'border-success-line bg-success-tint',
  warning: 'border-warning-line bg-warning-tint',
  danger: 'border-danger-line bg-danger-tint',
};
