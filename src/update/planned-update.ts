import { Buffer } from 'node:buffer';
import type { Reason } from '../records/record.ts';
import type { Item } from '../upload/item.ts';
import { refusedPaths, withoutPaths } from './merged-user.ts';
import type { UpdateSettings } from './settings.ts';
import { applyPatch, type Merged, noUser, type UserPatches } from './user-patches.ts';
import { changedPaths, parseUser, type UserText, userJson } from './user-text.ts';

/** What to do with the records of one user. */
export type Plan = RejectedUpdate | { readonly kind: 'unchanged' } | PlannedUpdate;

export interface RejectedUpdate {
  readonly kind: 'rejected';
  readonly cause: 'not-found' | 'unread' | 'refused';
  readonly reasons: readonly Reason[];
}

/** A user to be sent. */
export interface PlannedUpdate {
  readonly kind: 'changed';
  /** As Miso has it; absent for a new user. */
  readonly json: string | undefined;
  readonly base: UserText;
  readonly user: UserText;
  /** The last record of the input, with the text of the user. */
  readonly item: Item;
  /** The fields that change. */
  readonly paths: readonly string[];
  /** Left out because of --drop-unknown. */
  readonly dropped: readonly string[];
}

/** `json`: the user at Miso; undefined if there is none. */
export function planUpdate(
  json: string | undefined,
  { items }: UserPatches,
  { create, clear, dropUnknown }: UpdateSettings,
): Plan {
  if (json === undefined && !create) return { kind: 'rejected', cause: 'not-found', reasons: [notFound] };
  const base = json === undefined ? noUser : parseUser(json);
  const { user, patch } = applyAll(base, items, clear);
  const paths = changedPaths(base, user);
  if (paths.length === 0) return { kind: 'unchanged' };
  const refused = refusedPaths(user, patch);
  if (refused.length > 0 && !dropUnknown)
    return { kind: 'rejected', cause: 'refused', reasons: refused.map(refusedReason) };
  const sent = withoutPaths(user, refused);
  return {
    kind: 'changed',
    ...{ json, base, paths },
    user: sent,
    item: withUser(items.at(-1)!, sent),
    dropped: refused,
  };
}

/** The user after all records, and the values that these give. */
function applyAll(base: UserText, items: readonly Item[], clear: readonly string[]): Merged {
  let merged: Merged = { user: base, patch: noUser };
  for (const item of items) {
    const { user, patch } = applyPatch(merged.user, item, clear);
    merged = { user, patch: mergeGiven(merged.patch, patch) };
  }
  return merged;
}

/** The values of two patches; the second one takes precedence. */
function mergeGiven(one: UserText, other: UserText): UserText {
  return {
    fields: new Map([...one.fields, ...other.fields]),
    attributes: new Map([...(one.attributes ?? []), ...(other.attributes ?? [])]),
  };
}

/** A record of the input with the text of the merged user. */
export function withUser({ record, position }: Item, user: UserText): Item {
  const json = userJson(user);
  const { kind, id, source } = record;
  return { record: { kind, id, json, bytes: Buffer.byteLength(json), source }, position };
}

const notFound: Reason = {
  field: 'user_id',
  reason: 'no such user at Miso',
  hint: 'Use --create to create users that do not exist.',
  by: 'local',
};

function refusedReason(path: string): Reason {
  return {
    field: path,
    reason: 'Miso returned this value but would refuse it; an update without it would erase it',
    hint: 'If it may be erased, use --drop-unknown.',
    by: 'local',
  };
}
