import { systemClock } from '../clock.ts';
import { uploadBody } from '../contract/upload-body.ts';
import type { User } from '../contract/user-fields.ts';
import { MisoError, UnavailableError, UsageError } from '../errors.ts';
import { type ClientOptions, checkOptions } from './client-options.ts';
import type { Outcome } from './retry/caller.ts';
import { createSession, type Session } from './session.ts';
import { libraryUserAgent } from './user-agent.ts';
import { idsPerDelete, UsersEndpoints } from './users.ts';

export type { ClientOptions } from './client-options.ts';

/** Miso's answer, with the same names as in the documented Python client. */
export interface Reply<Data = unknown> {
  /** Whether the call failed, in whole or in part. */
  readonly errors: boolean;
  /** Summary, in Miso's words. */
  readonly message: string;
  /** What was asked for; after an error of an upload, a list of strings, one for each error. */
  readonly data: Data;
}

export interface TaskRef {
  readonly task_id?: string;
}

/** An answer that is not a success, under `raiseOnError`. */
export class ApiError extends MisoError {
  readonly code = 'ERR_API';
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(reply.message);
    this.reply = reply;
  }
}

/**
 * Miso's User APIs, with the names, arguments and answers of the documented Python client:
 * `new ApiClient(apiKey).user.upload(data)`, `.read(user_id)`, `.delete(user_id)`.
 *
 * Every method throws UnavailableError when the server or the network gives up after every retry.
 * What Miso answers, an error too, is returned (see `raiseOnError`).
 */
export class ApiClient {
  readonly user: UserApi;

  /** Throws UsageError for an empty key, an address that is not https (or http on this machine), an option out of range. */
  constructor(apiKey: string, options: ClientOptions = {}) {
    const settings = checkOptions(apiKey, options);
    // A client may live for months: a refusal is returned like any other answer, and the next call is sent again.
    const session = createSession(
      { ...settings, userAgent: libraryUserAgent, haltsWhenDenied: false },
      systemClock,
    );
    this.user = new UserApi(session, options.raiseOnError ?? false);
  }
}

/** The methods of `ApiClient.user`. */
export class UserApi {
  readonly #session: Session;
  readonly #raise: boolean;

  constructor(session: Session, raiseOnError: boolean) {
    this.#session = session;
    this.#raise = raiseOnError;
  }

  /**
   * Stores user records, each replacing the record of the same `user_id`. Miso recommends about 100 a call.
   * `data` of the reply: `{task_id}`, or after an error a list of strings, one for each error.
   */
  async upload(
    data: readonly User[] | { readonly data: readonly User[] },
    options: { dryRun?: boolean; async?: boolean } = {},
  ): Promise<Reply<TaskRef | string[]>> {
    const records = 'data' in data ? data.data : data;
    return this.#reply(
      await this.#session.users.upload(uploadBody(records.map((record) => JSON.stringify(record))), options),
    );
  }

  /** One user's record, in `data`. A user that is not there: `errors` is true. */
  async read(userId: string): Promise<Reply<User>> {
    if (!UsersEndpoints.isReadable(userId)) {
      throw new UsageError(
        `${JSON.stringify(userId)} cannot be asked for: no path of Miso's carries this id.`,
      );
    }
    return this.#reply(await this.#session.users.read(userId));
  }

  /** Deletes one user. The id travels in the body of `_delete`, so that every id can be deleted. */
  delete(userId: string): Promise<Reply<TaskRef>> {
    return this.deleteMany([userId]);
  }

  /** Deletes up to 1,000 users in one call. Throws UsageError for more. */
  async deleteMany(userIds: readonly string[]): Promise<Reply<TaskRef>> {
    if (userIds.length > idsPerDelete)
      throw new UsageError(`${userIds.length} ids: one call deletes at most ${idsPerDelete}.`);
    return this.#reply(await this.#session.users.delete(userIds));
  }

  /** Every id of the data set, in `data.ids`; none when the data set does not exist yet. */
  async ids(): Promise<Reply<{ ids: string[] }>> {
    const outcome = await this.#session.users.ids();
    if (outcome.kind === 'not-found') return { errors: false, message: outcome.message, data: { ids: [] } };
    return this.#reply(outcome);
  }

  /** What became of an upload or a delete: `errors`, and in `data` one string for each. */
  async status(taskId: string): Promise<Reply<string[]>> {
    return this.#reply(await this.#session.users.status(taskId));
  }

  #reply<Data>(outcome: Outcome): Reply<Data> {
    if (outcome.kind === 'gave-up') throw new UnavailableError(outcome.message);
    const reply = replyOf(outcome);
    if (reply.errors && this.#raise) throw new ApiError(reply);
    return reply as Reply<Data>;
  }
}

function replyOf(outcome: Exclude<Outcome, { kind: 'gave-up' }>): Reply {
  const { message } = outcome;
  if (outcome.kind === 'success') return { errors: false, message, data: outcome.data };
  return { errors: true, message, data: 'lines' in outcome ? outcome.lines : [] };
}
