import { MisoError } from '../errors.ts';

/** Miso's reply, with the names of the documented Python client. `message`: a summary in Miso's words. */
export type Reply<Data = unknown> = SuccessReply<Data> | ErrorReply;

export interface SuccessReply<Data = unknown> {
  readonly errors: false;
  readonly message: string;
  readonly data: Data;
}

/** The call failed, in whole or in part. */
export interface ErrorReply {
  readonly errors: true;
  readonly message: string;
  /** One string for each error. */
  readonly data: readonly string[];
}

export interface TaskRef {
  readonly task_id?: string;
}

/** A reply that is not a success, with `raiseOnError`. */
export class ApiError extends MisoError {
  readonly code = 'ERR_API';
  readonly response: ErrorReply;
  /** The HTTP status. */
  readonly statusCode: number;

  constructor(response: ErrorReply, statusCode: number) {
    super(response.message);
    this.response = response;
    this.statusCode = statusCode;
  }

  /** The HTTP status, as in the Python client. */
  get status_code(): number {
    return this.statusCode;
  }

  /** The same as `response`. */
  get reply(): ErrorReply {
    return this.response;
  }
}
