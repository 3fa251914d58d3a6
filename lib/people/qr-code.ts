import { encode } from 'uqr';

/** A QR code as one path of an SVG: dark modules on a square of `size` units, quiet zone included. */
export function qrPath(text: string): { path: string; size: number } {
  const { data, size } = encode(text, { border: 4 });
  const runs = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { path: runs.join(''), size };
}
