import pty from '@lydell/node-pty';

/** Written by the shell below after the program has exited; a terminal would show nothing of it. */
const exitMark = /\u001b\]miso-exit;(\d+)\u0007/;
/** The end of a piece of output that may be the first part of the mark. */
const partOfMark = /\u001b(?:\](?:[a-z-]{0,9}(?:;\d*)?)?)?$/;

/**
 * Keeps the terminal open after the program has exited, until the reader has seen the mark and ends it: once the last
 * process lets go of a pty, node-pty drops what it has not read yet. Keys such as Ctrl-C reach the program only.
 */
const keepOpen = `trap : INT QUIT; "$@"; printf '\\033]miso-exit;%d\\007' $?; exec sleep 600`;

/**
 * Runs a program on a terminal of its own. `onData` gets its output piece by piece; `exit` resolves with the exit code
 * (128 + n after signal n) once all output was passed on, or with undefined after `kill`.
 */
export function runOnPty(file, args, { onData, ...options }) {
  const terminal = pty.spawn('/bin/sh', ['-c', keepOpen, 'sh', file, ...args], options);
  let exited = false;
  let held = '';
  const kill = () => {
    try {
      process.kill(-terminal.pid, 'SIGKILL');
    } catch {
      terminal.kill('SIGKILL');
    }
  };
  const exit = new Promise((resolve) => {
    terminal.onData((data) => {
      if (exited) return;
      const text = held + data;
      const mark = exitMark.exec(text);
      const end = mark?.index ?? partOfMark.exec(text)?.index ?? text.length;
      held = text.slice(end);
      if (end > 0) onData(text.slice(0, end));
      if (!mark) return;
      exited = true;
      resolve(Number(mark[1]));
      kill();
    });
    terminal.onExit(() => resolve(undefined));
  });
  return { pty: terminal, exit, kill };
}
