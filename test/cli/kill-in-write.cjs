/**
 * Loaded into the program with NODE_OPTIONS: kills it, as kill -9 does, around the first write of a row to a rejects file.
 * KILL_AT: before the write, within it, or after it.
 */
'use strict';
const { readlinkSync } = require('node:fs');
const { open } = require('node:fs/promises');

const at = process.env['KILL_AT'];
const kill = () => process.kill(process.pid, 'SIGKILL');
const isRejects = ({ fd }) => readlinkSync(`/proc/self/fd/${fd}`).includes('rejected');

open(process.execPath).then((handle) => {
  const prototype = Object.getPrototypeOf(handle);
  const { write, datasync } = prototype;
  void handle.close();

  prototype.write = async function (buffer, offset, length, position) {
    if (!isRejects(this) || at === 'after') return write.call(this, buffer, offset, length, position);
    if (at === 'within') await write.call(this, buffer, offset, length - 5, position);
    return kill();
  };

  prototype.datasync = function () {
    return isRejects(this) ? kill() : datasync.call(this);
  };
});
