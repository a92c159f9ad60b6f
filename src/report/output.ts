import { fstatSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { OutputError } from '../errors.ts';
import type { Output } from '../world.ts';
import { isGitHub, withoutCommands } from './formats/github.ts';

export interface OutputOptions {
  /** Its name in messages. */
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The reader of a pipe closed it. Windows says EOF. */
const closedCodes: ReadonlySet<string> = new Set(['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED']);

/**
 * Wraps an output stream of the process. A write resolves once the text was passed to the system, so that the
 * end of a long text is not lost when the process exits.
 */
export function createOutput(
  stream: NodeJS.WriteStream & { readonly fd: number },
  { name, env }: OutputOptions,
): Output {
  let closed = false;
  const tty = stream as Partial<WriteStream>;
  const obeysCommands = isGitHub(env) && !isFile(stream.fd);
  // Errors are passed to the callback of the failed write. Without a listener they would also end the
  // process.
  stream.on('error', () => {});
  const write = (text: string) =>
    new Promise<void>((resolve, reject) => {
      if (closed || text === '') return resolve();
      stream.write(text, (error) => {
        const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
        if (!error) resolve();
        else if (code !== undefined && closedCodes.has(code)) {
          closed = true;
          resolve();
        } else reject(new OutputError(`${name} cannot be written: ${code ?? message}.`, { cause: error }));
      });
    });
  return {
    stream,
    obeysCommands,
    get closed() {
      return closed;
    },
    get isTTY() {
      return tty.isTTY ?? false;
    },
    get columns() {
      return tty.columns || 80;
    },
    write: (text) => write(obeysCommands ? withoutCommands(text) : text),
    writeCommands: write,
  };
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
