/** C0 and C1 controls, DEL, line and paragraph separators, and what turns the direction of writing. */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Makes text from data safe to print: nothing in it can move the cursor, colour the screen, or pass for a line of ours. */
export function escapeControls(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0)!;
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The same for text of ours that may have line breaks of its own. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}
