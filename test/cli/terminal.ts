import { tmpdir } from 'node:os';
import type { IPty } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { runOnPty } from '../../scripts/docs/pty.mjs';
import { program } from './run.ts';
import { Screen } from './screen.ts';

export interface TerminalOptions {
  readonly cwd?: string;
  /** Added to an environment that has only PATH from the host. */
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

/** A program running on its own terminal. */
export interface Terminal {
  /** All output, cursor codes included. */
  readonly raw: () => string;
  readonly screen: Screen;
  readonly pty: IPty;
  type(keys: string): void;
  /**
   * Waits until the output since the last `until` contains the text; the test's timeout ends the wait
   * otherwise.
   */
  until(text: string): Promise<void>;
  /** Waits until the screen shows the text. */
  shows(text: string): Promise<void>;
  /** Resolves once all output was read; the code is undefined after `kill`. */
  readonly exit: Promise<{ readonly code: number | undefined }>;
  readonly kill: () => void;
}

/** Runs the command on a terminal. */
export function onTerminal(args: readonly string[], options: TerminalOptions = {}): Terminal {
  const [file, ...first] = program;
  return inTerminal(file, [...first, ...args], options);
}

/** Runs any program on a terminal. */
export function inTerminal(
  file: string,
  args: readonly string[],
  { cwd = tmpdir(), env = {}, columns = 80, rows = 30 }: TerminalOptions,
): Terminal {
  const screen = new Screen(columns);
  let raw = '';
  let seen = 0;
  let wake = () => {};
  const { pty, exit, kill } = runOnPty(file, args, {
    cols: columns,
    rows,
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      ...env,
    },
    onData: (data) => {
      raw += data;
      screen.write(data);
      wake();
    },
  });
  let running = true;
  const exited = exit.then((code) => {
    running = false;
    wake();
    return { code };
  });
  const holds = async (check: () => boolean, text: string) => {
    while (!check()) {
      if (!running) throw new Error(`The program ended without ${JSON.stringify(text)}:\n${raw}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  onTestFinished(() => {
    if (running) kill();
  });
  return {
    raw: () => raw,
    screen,
    pty,
    type: (keys) => pty.write(keys),
    exit: exited,
    kill,
    until: async (text) => {
      await holds(() => raw.indexOf(text, seen) >= 0, text);
      seen = raw.indexOf(text, seen) + text.length;
    },
    shows: (text) => holds(() => screen.text.includes(text), text),
  };
}
