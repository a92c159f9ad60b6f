/**
 * Loaded into the program with NODE_OPTIONS: kills it, as kill -9 does, around the first write of a row to a rejects file.
 * KILL_AT: before the write, within it, or after it.
 */
import { readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';

const at = process.env['KILL_AT'];
const handle = await open(process.execPath);
const prototype = Object.getPrototypeOf(handle);
await handle.close();

const { write, datasync } = prototype;
const kill = () => process.kill(process.pid, 'SIGKILL');
const isRejects = ({ fd }) => readlinkSync(`/proc/self/fd/${fd}`).includes('rejected');

prototype.write = async function (buffer, offset, length, position) {
  if (!isRejects(this) || at === 'after') return write.call(this, buffer, offset, length, position);
  if (at === 'within') await write.call(this, buffer, offset, length - 5, position);
  return kill();
};

prototype.datasync = function () {
  return isRejects(this) ? kill() : datasync.call(this);
};
