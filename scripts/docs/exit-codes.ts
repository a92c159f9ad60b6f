/** What each exit code means, as the manual page says it. */
export const exitCodeMeanings: Readonly<Record<number, string>> = {
  0: 'Everything asked for was done.',
  1: 'Done in part: records rejected, ids not found, a task failed, too few records, or a file of ours that cannot be written.',
  2: 'Wrong usage or settings; nothing was sent.',
  3: 'Miso refused the key (401, 403); stopped at once.',
  4: 'The server or the network gave up after every retry; --resume goes on.',
  5: 'The input cannot be read any further; what came before was uploaded.',
  70: 'A bug in miso.',
  130: 'Interrupted; --resume goes on.',
  143: 'Terminated; --resume goes on.',
};
