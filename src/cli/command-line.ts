/** A command line on several lines that a shell reads as one; only a single word may be longer than `width`. */
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

/** Columns by which the lines after the first are indented. */
const indent = 2;

/** The words of a command line; quoted spaces do not separate them, and a command or an option with its value is one. */
function wordsOf(line: string): string[] {
  return line.match(/miso(?: [a-z]+(?= |$))+|(?:--\S+ (?=[^-\s|>]))?(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
}
