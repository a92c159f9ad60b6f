/** The library: Miso's User APIs as documented for the Python client, and the errors that it throws. */
export {
  ApiClient,
  type InteractionApi,
  type RequestOptions,
  type UploadOptions,
  type UserApi,
} from './api/client.ts';
export type { ClientOptions } from './api/client-options.ts';
export { ApiError, type ErrorReply, type Reply, type SuccessReply, type TaskRef } from './api/reply.ts';
export type { CustomAttribute, User } from './contract/user-fields.ts';
export {
  AccessError,
  InputError,
  MisoError,
  OutputError,
  ProtocolError,
  UnavailableError,
  UsageError,
} from './errors.ts';
