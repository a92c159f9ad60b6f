import { createInterface } from 'node:readline/promises';
import type { World } from '../world.ts';

/** Asks a question on the terminal. Anything but a yes is a no; Ctrl-C and the end of input too. */
export async function confirm(question: string, world: World): Promise<boolean> {
  const lines = createInterface({ input: world.stdin, output: world.stderr.stream });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: world.stop.soft });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    lines.close();
  }
}
