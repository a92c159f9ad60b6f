/**
 * The library's face: Miso's User APIs as documented for the Python client, and the errors that it throws.
 */
export {
  ApiClient,
  ApiError,
  type ClientOptions,
  type Reply,
  type TaskRef,
  type UserApi,
} from './api/client.ts';
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
