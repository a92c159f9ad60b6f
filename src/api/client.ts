import { systemClock } from '../clock.ts';
import type { User } from '../contract/user-fields.ts';
import {
  type Ids,
  idListOf,
  type Records,
  recordsOf,
  type TaskIds,
  taskIdOf,
  userIdOf,
} from './arguments.ts';
import type { CallOptions, CallResult, StopSignals } from './call.ts';
import { type ClientOptions, checkOptions } from './client-options.ts';
import { checkOptionTypes, type OptionTypes } from './option-types.ts';
import { ApiError, type Reply, type TaskRef } from './reply.ts';
import { unavailableError } from './retry/call-error.ts';
import { createSession, type Session } from './session.ts';
import { listedIds } from './users.ts';

export interface RequestOptions {
  /** Aborts the call, which then rejects with the reason of the signal. */
  readonly signal?: AbortSignal;
}

export interface UploadOptions extends RequestOptions {
  /** Miso checks the records and stores none. */
  readonly dryRun?: boolean;
  /** The same, as in the Python client. */
  readonly dry_run?: boolean;
  /** Miso queues the records and replies immediately. */
  readonly async?: boolean;
}

const requestOptionTypes: OptionTypes<RequestOptions> = { signal: 'signal' };
const uploadOptionTypes: OptionTypes<UploadOptions> = {
  ...requestOptionTypes,
  dryRun: 'boolean',
  dry_run: 'boolean',
  async: 'boolean',
};

/** How this library identifies itself to the server. */
const userAgent = `miso-users node/${process.versions.node}`;

/**
 * Miso's User APIs, with the names, arguments and replies of the documented Python client: `new
 * ApiClient(apiKey).user.upload(data)`, `.read(user_id)`, `.delete(user_id)`.
 *
 * Every method throws UnavailableError when the server or the network fails after all retries, and UsageError
 * for an argument that cannot be sent. Any reply from Miso, even an error, is returned (see `raiseOnError`).
 */
export class ApiClient {
  readonly user: UserApi;
  readonly interaction: InteractionApi;

  /**
   * Throws UsageError for an empty key, an address that is not https (or http on this machine), or an invalid
   * option.
   */
  constructor(apiKey: string, options: ClientOptions = {}) {
    const settings = checkOptions(apiKey, options);
    // A client may exist for months, so a refused key is returned like any other reply, and the next call is
    // sent.
    const session = createSession({ ...settings, userAgent, haltsWhenDenied: false }, systemClock);
    const caller = new ApiCaller(session, options);
    this.user = new UserApi(caller);
    this.interaction = new InteractionApi(caller);
  }
}

/** The state that the methods of a client share: the session, how to stop, and how to report an error. */
class ApiCaller {
  readonly #session: Session;
  readonly #signal: AbortSignal | undefined;
  readonly #raise: boolean;

  constructor(session: Session, { signal, raiseOnError, raise_on_error }: ClientOptions) {
    this.#session = session;
    this.#signal = signal;
    this.#raise = raiseOnError ?? raise_on_error ?? false;
  }

  async call<Data>(
    send: (users: Session['users'], options: CallOptions) => Promise<CallResult>,
    options: RequestOptions = {},
  ): Promise<Reply<Data>> {
    checkOptionTypes<RequestOptions>('options', options, requestOptionTypes);
    const { signal } = options;
    const result = await send(this.#session.users, { stop: this.#stop(signal) });
    if (result.kind === 'gave-up') throw unavailableError(result);
    const { message } = result;
    if (result.kind === 'success') return { errors: false, message, data: result.data as Data };
    const response = { errors: true, message, data: 'lines' in result ? result.lines : [] } as const;
    if (this.#raise) throw new ApiError(response, 'status' in result ? result.status : 200);
    return response;
  }

  #stop(signal: AbortSignal | undefined): StopSignals | undefined {
    const signals = [this.#signal, signal].filter((one) => one !== undefined);
    if (signals.length === 0) return undefined;
    const any = signals.length === 1 ? signals[0]! : AbortSignal.any(signals);
    return { soft: any, hard: any };
  }
}

/** The methods of `ApiClient.user`. */
export class UserApi {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /**
   * Stores user records, each replacing the record of the same `user_id`. Miso recommends about 100 per call.
   * Takes a list of records, one record, or `{data}` with either.
   */
  async upload(data: Records, options: UploadOptions = {}): Promise<Reply<TaskRef>> {
    const body = recordsOf(data);
    checkOptionTypes<UploadOptions>('upload', options, uploadOptionTypes);
    const { dryRun, dry_run, async = false, ...others } = options;
    const settings = { dryRun: dryRun ?? dry_run ?? false, async };
    return await this.#caller.call((users, call) => users.upload(body, { ...call, ...settings }), others);
  }

  /** One user's record, in `data`. Takes an id or `{user_id}`. For an unknown user `errors` is true. */
  async read(userId: string | { readonly user_id: string }, options?: RequestOptions): Promise<Reply<User>> {
    const id = userIdOf(userId);
    return await this.#caller.call((users, call) => users.read(id, call), options);
  }

  /**
   * Deletes up to 1,000 users in one call. Takes an id, a list of ids, `{user_id}` or `{user_ids}`. Ids are
   * sent in the body of `_delete`, so any id can be deleted.
   */
  async delete(userIds: Ids, options?: RequestOptions): Promise<Reply<TaskRef>> {
    const ids = idListOf(userIds);
    return await this.#caller.call((users, call) => users.delete(ids, call), options);
  }

  /** The same as `delete`. */
  async deleteMany(userIds: Ids, options?: RequestOptions): Promise<Reply<TaskRef>> {
    return await this.delete(userIds, options);
  }

  /** All ids of the data set, in `data.ids`; none if the data set does not exist yet. */
  async ids(options?: RequestOptions): Promise<Reply<{ ids: string[] }>> {
    return await this.#caller.call(async (users, call) => {
      const result = await users.ids(call);
      if (result.kind !== 'success' && result.kind !== 'not-found') return result;
      return { kind: 'success', message: result.message, data: { ids: listedIds(result).toArray() } };
    }, options);
  }

  /**
   * The status of the task of an upload or a delete: whether it has `errors`, with one string for each in
   * `data`.
   */
  async status(taskId: TaskIds, options?: RequestOptions): Promise<Reply<readonly string[]>> {
    const id = taskIdOf(taskId);
    return await this.#caller.call((users, call) => users.status(id, call), options);
  }
}

/** The methods of `ApiClient.interaction`. */
export class InteractionApi {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** Deletes all interactions of up to 1,000 users. Takes the same as `user.delete`. */
  async delete(userIds: Ids, options?: RequestOptions): Promise<Reply<TaskRef>> {
    const ids = idListOf(userIds);
    return await this.#caller.call((users, call) => users.deleteInteractions(ids, call), options);
  }
}
