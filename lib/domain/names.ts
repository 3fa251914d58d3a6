/** `Ada`, `Ada and Grace`, `Ada, Grace and Edsger`; for nobody `Nobody`. */
export function namesInWords(names: readonly string[]): string {
  const last = names.at(-1) ?? 'Nobody';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** `Grace`, or `Grace for Ada`. */
export function voterName(voter: Readonly<{ name: string; for?: Readonly<{ name: string }> | undefined }>): string {
  return voter.for ? `${voter.name} for ${voter.for.name}` : voter.name;
}
