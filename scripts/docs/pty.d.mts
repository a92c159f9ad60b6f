import type { IPty, IPtyForkOptions } from '@lydell/node-pty';

export interface PtyOptions extends IPtyForkOptions {
  readonly onData: (data: string) => void;
}

export function runOnPty(
  file: string,
  args: readonly string[],
  options: PtyOptions,
): { readonly pty: IPty; readonly exit: Promise<number | undefined>; readonly kill: () => void };
