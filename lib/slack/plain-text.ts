/**
 * What somebody typed in Slack, without Slack's markup around it: `&amp;` and its like are what they stand for, a link is
 * its address with its words, a mention its id. It stays data, and is nowhere read as markup again.
 */
export function plainText(text: string): string {
  return text
    .replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_whole, target: string, label: string | undefined) =>
      /^[@#!]/.test(target)
        ? `${target.startsWith('#') ? '#' : '@'}${label || target.slice(1)}`
        : label && label !== target
          ? `${label} (${target})`
          : target,
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
