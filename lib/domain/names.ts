/** `Ada`, `Ada and Grace`, `Ada, Grace and Edsger`; for nobody `Nobody`. */
export function namesInWords(names: readonly string[]): string {
  const last = names.at(-1) ?? 'Nobody';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
