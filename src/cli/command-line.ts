/** Indentation of continuation lines, in columns. */
const indent = 2;

/**
 * Wraps a command line for a shell, with a backslash at the end of each continued line. Only a single long
 * word can exceed `width`.
 */
export function wrapCommand(line: string, width: number): string {
  const continuation = ' \\';
  const lines: string[] = [];
  let current = '';
  for (const word of wordsOf(line)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && longer.length + continuation.length > width && longer.length > width - indent) {
      lines.push(`${current}${continuation}`);
      current = word;
    } else current = longer;
  }
  return [...lines, current].join('\n');
}

/**
 * Splits a command line where it may be wrapped: not within quotes, and not between an option and its value.
 */
function wordsOf(line: string): string[] {
  return line.match(/miso(?: [a-z]+(?= |$))+|(?:--\S+ (?=[^-\s|>]))?(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
}
