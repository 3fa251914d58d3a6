import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './project.mjs';

export const verifyPageFile = inRoot('lib/generated/verify.html');

/** Builds the page that verifies: one file with script, style and fonts in it, which works wherever it is saved to. */
export async function buildVerifyPage() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [inRoot('lib/verify-page/client.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    charset: 'ascii', // saved and served anywhere, whatever is said of its encoding
    legalComments: 'none',
    alias: { '@': inRoot('.') },
    logLevel: 'silent',
  });
  // The end of a script within it would end it.
  const script = outputFiles[0].text.replaceAll('</script', '<\\/script').trim();
  const sans = fs.readFileSync(inRoot('node_modules/geist/dist/fonts/geist-sans/Geist-Variable.woff2'));
  const style = fill(source('page.css'), { 'url("Geist-Variable.woff2")': `url("${dataUri('font/woff2', sans)}")` });
  const page = fill(source('page.html'), {
    "default-src 'none'": pagePolicy({ script, style }),
    'href="icon.svg"': `href="${dataUri('image/svg+xml', fs.readFileSync(inRoot('app/icon.svg')))}"`,
    '<link rel="stylesheet" href="page.css">': `<style>${style}</style>`,
    '<script src="client.ts"></script>': `<script>${script}</script>`,
  });
  fs.mkdirSync(path.dirname(verifyPageFile), { recursive: true });
  fs.writeFileSync(verifyPageFile, page);
}

/** What the page may do: run its own script, and ask the server that it came from for the keys. */
function pagePolicy({ script, style }) {
  return [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Puts what the page loads into it; each stands there once, or the page is not what this was written for. */
function fill(text, values) {
  return Object.entries(values).reduce((filled, [placeholder, value]) => {
    const parts = filled.split(placeholder);
    if (parts.length !== 2) throw new Error(`${placeholder} stands ${parts.length - 1} times in the page`);
    return parts.join(value);
  }, text);
}

const source = (name) => fs.readFileSync(inRoot(`lib/verify-page/${name}`), 'utf8');
const dataUri = (type, bytes) => `data:${type};base64,${bytes.toString('base64')}`;
const hash = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
