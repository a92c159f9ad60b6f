/** What each exit code means, for `miso help exit-codes` and the manual page. */
export const exitCodeMeanings: Readonly<Record<number, string>> = {
  0: 'Success.',
  1: 'Partial success: records rejected, ids not found, a task failed, too few records, deletes that a guard stopped, differences found by check, or an output file that cannot be written.',
  2: 'Invalid usage or settings; nothing was sent.',
  3: 'Miso refused the key (401, 403); stopped immediately.',
  4: 'The server or the network failed after all retries; --resume continues.',
  5: 'The input cannot be read further; the records before that point were uploaded.',
  70: 'A bug in miso.',
  130: 'Interrupted; --resume continues.',
  143: 'Terminated; --resume continues.',
};
