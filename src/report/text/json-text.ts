import { escapeJson } from '../../text.ts';
import type { Output } from '../../world.ts';
import type { Style } from './style.ts';

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b/g;

/** JSON text with colors for keys, strings and literals. */
export function colorJson(json: string, style: Style): string {
  if (style.level === 0) return json;
  return json.replace(token, (whole, text: string | undefined, colon: string | undefined) => {
    if (text === undefined) return style.yellow(whole);
    return colon === undefined ? style.green(text) : `${style.cyan(text)}${colon}`;
  });
}

/** Returns how to print JSON text: on a terminal with colors, and without control characters anywhere. */
export function jsonTextFor({ isTTY }: Pick<Output, 'isTTY'>, style: Style): (json: string) => string {
  return isTTY ? (json) => colorJson(escapeJson(json), style) : escapeJson;
}
