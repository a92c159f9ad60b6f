import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { exitCodes, StoppedError } from '../errors.ts';
import { escapeLines } from '../text.ts';
import type { World } from '../world.ts';

/** Whether questions can be asked: stdin and stderr are a terminal. */
export function canAsk({ stdin, stderr }: World): boolean {
  return Boolean(stdin.isTTY) && stderr.isTTY;
}

/**
 * Asks on the terminal and resolves with the trimmed answer. Throws StoppedError on Ctrl-C or at the end of
 * input.
 */
export async function ask(
  question: string,
  world: World,
  { secret = false }: { readonly secret?: boolean } = {},
): Promise<string> {
  const { stdin, stderr, stop } = world;
  const prompt = escapeLines(question);
  const lines = createInterface({
    input: stdin,
    // readline echoes typed characters to this stream; a secret is not echoed.
    output: secret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : stderr.stream,
    terminal: true,
  });
  const left = new AbortController();
  // In raw mode Ctrl-C arrives as a key, not as a signal.
  const leave = () => left.abort();
  lines.on('SIGINT', leave).on('close', leave);
  try {
    // Printed only now, because before raw mode the terminal would echo the answer.
    if (secret) await stderr.write(prompt);
    const signal = AbortSignal.any([left.signal, stop.soft]);
    const answer = await lines.question(secret ? '' : prompt, { signal });
    if (secret) await stderr.write('\n');
    return answer.trim();
  } catch {
    await stderr.write('\n');
    stop.soft.throwIfAborted();
    throw new StoppedError('Canceled.', exitCodes.interrupted);
  } finally {
    lines.off('close', leave);
    lines.close();
  }
}

/** Asks a yes-or-no question. An empty answer is the default. Any answer except y or yes is a no. */
export async function confirm(
  question: string,
  world: World,
  options: { readonly default: boolean } = { default: false },
): Promise<boolean> {
  const answer = await ask(`${question} [${options.default ? 'Y/n' : 'y/N'}] `, world);
  return answer === '' ? options.default : /^y(es)?$/i.test(answer);
}
