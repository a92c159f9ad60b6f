/** Words as they are typed into a shell: quoted where the shell would take them for something else. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  if (/^[\w./@:=,%+-]+$/.test(word)) return word;
  // What a terminal would obey is written as an escape, which bash and zsh read back.
  if (/[\u0000-\u001f\u007f-\u009f]/.test(word)) return `$'${escaped(word)}'`;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function escaped(word: string): string {
  return word
    .replace(/[\\']/g, '\\$&')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) =>
      [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    );
}
