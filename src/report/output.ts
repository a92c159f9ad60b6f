import type { WriteStream } from 'node:tty';
import { OutputError } from '../errors.ts';
import type { Output } from '../world.ts';

/**
 * Wraps one of the process's output streams. A write resolves once the system has the text, so that a large one is not cut
 * when the process ends. `name` is used in messages.
 */
export function createOutput(stream: NodeJS.WriteStream, name: string): Output {
  let closed = false;
  const tty = stream as Partial<WriteStream>;
  // Errors reach the callback of the write that failed; without a listener they would end the process.
  stream.on('error', () => {});
  return {
    stream,
    get closed() {
      return closed;
    },
    get isTTY() {
      return tty.isTTY ?? false;
    },
    get columns() {
      return tty.columns || 80;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        if (closed || text === '') return resolve();
        stream.write(text, (error) => {
          const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
          if (!error) resolve();
          else if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') {
            closed = true;
            resolve();
          } else reject(new OutputError(`${name} cannot be written: ${code ?? message}.`, { cause: error }));
        });
      }),
  };
}
