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
