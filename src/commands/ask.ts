import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { exitCodes, StoppedError } from '../errors.ts';
import type { World } from '../world.ts';

/** Whether somebody is there to answer. */
export function canAsk({ stdin, stderr }: World): boolean {
  return Boolean(stdin.isTTY) && stderr.isTTY;
}

/** Asks on the terminal. Resolves with the answer without white space around it; throws StoppedError on Ctrl-C or the end of input. */
export async function ask(
  question: string,
  world: World,
  { secret = false }: { readonly secret?: boolean } = {},
): Promise<string> {
  const { stdin, stderr, stop } = world;
  const lines = createInterface({
    input: stdin,
    // What is typed comes back through this stream: for a secret it goes nowhere.
    output: secret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : stderr.stream,
    terminal: true,
  });
  const left = new AbortController();
  // The terminal is in raw mode, so that Ctrl-C comes as a key and not as a signal.
  const leave = () => left.abort();
  lines.on('SIGINT', leave).on('close', leave);
  try {
    // Only now, in raw mode, does what is typed stay unseen.
    if (secret) await stderr.write(question);
    const signal = AbortSignal.any([left.signal, stop.soft]);
    const answer = await lines.question(secret ? '' : question, { signal });
    if (secret) await stderr.write('\n');
    return answer.trim();
  } catch {
    await stderr.write('\n');
    stop.soft.throwIfAborted();
    throw new StoppedError('Interrupted; nothing was done.', exitCodes.interrupted);
  } finally {
    lines.off('close', leave);
    lines.close();
  }
}

/** Asks for a yes. Anything else is a no. */
export async function confirm(question: string, world: World): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `, world));
}
