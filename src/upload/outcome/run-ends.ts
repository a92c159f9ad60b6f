import type { StoppedError } from '../../errors.ts';
import type { Rejection } from '../../records/record.ts';
import type { Ledger } from '../journal/ledger.ts';
import { rejectionOf } from '../rejects/rejection.ts';
import type { Ends } from '../sending/send.ts';
import type { Account } from './account.ts';

/** Also told of records that were rejected before any call. */
export interface RunEnds extends Ends {
  refused(rejection: Rejection, position: number): void;
}

/** Counts the end of each record and has it written down. `over` is called when more are rejected than the user allows. */
export function runEnds(run: {
  readonly account: Account;
  readonly ledger: Ledger;
  readonly over: (limit: StoppedError) => void;
}): RunEnds {
  const { account, ledger, over } = run;
  const refused = (rejection: Rejection, position: number) => {
    account.rejected(rejection);
    ledger.rejected({ rejection, position });
    const limit = account.limitReached(false);
    if (limit) over(limit);
  };
  return {
    refused,
    stored: (position, file) => {
      account.tally.uploaded(file);
      ledger.done(position);
    },
    superseded: (position, file) => {
      account.tally.superseded(file);
      ledger.done(position);
    },
    rejected: (item, reasons) => refused(rejectionOf(item, reasons), item.position),
    queued: () => account.queued(),
    taskEnded: (end, unnamed) => account.taskEnded(end, unnamed),
    accepted: (bytes) => {
      account.bytes += bytes;
    },
  };
}
