import { isObject, parseJson } from '../contract/json.ts';
import { attributeName, attributePath, refusedMember } from '../contract/user-fields.ts';
import { separateRefused } from '../records/refused-keys.ts';
import { isServerKey } from './server-keys.ts';
import { textAt, type UserText, userJson } from './user-text.ts';

/**
 * The paths in a merged user that upload would refuse. The patch has passed upload's checks, so they come
 * from the record that Miso returned. Nulls and keys that the server manages do not count, because leaving
 * them out erases nothing.
 */
export function refusedPaths(user: UserText, patch: UserText): string[] {
  const record = parseJson(userJson(user));
  if (!isObject(record)) return [];
  return separateRefused(record).refused.filter((path) => {
    const isGiven = textAt(patch, path) !== undefined;
    return !isGiven && !isServerKey(path) && textAt(user, path) !== 'null';
  });
}

/** The user without these paths, without nulls in fields, and without the keys that the server manages. */
export function withoutPaths({ fields, attributes }: UserText, paths: readonly string[]): UserText {
  const dropped = new Set(paths);
  const kept = [...fields].filter(
    ([key, value]) => !dropped.has(key) && !isServerKey(key) && value !== 'null',
  );
  const names = new Set(paths.map(attributeName));
  return {
    fields: new Map(kept),
    attributes: attributes && new Map([...attributes].filter(([name]) => !names.has(name))),
  };
}

/** The user as JSON that upload accepts. What it would refuse is moved to one member, which it ignores. */
export function withRefusedApart(user: UserText): {
  readonly json: string;
  readonly refused: readonly string[];
} {
  const json = userJson(user);
  const record = parseJson(json);
  const refused = isObject(record) ? separateRefused(record).refused : [];
  if (refused.length === 0) return { json, refused };
  const isApart = (path: string) => refused.includes(path);
  const pick = (values: ReadonlyMap<string, string>, pathOf: (key: string) => string, apart: boolean) =>
    new Map([...values].filter(([key]) => isApart(pathOf(key)) === apart));
  const asPath = (key: string) => key;
  const [kept, inner] = [false, true].map((apart) => ({
    fields: pick(user.fields, asPath, apart),
    attributes: user.attributes && pick(user.attributes, attributePath, apart),
  }));
  const { fields, attributes } = inner!;
  const member = userJson({ fields, attributes: attributes?.size ? attributes : undefined });
  return {
    json: userJson({ ...kept!, fields: new Map([...kept!.fields, [refusedMember, member]]) }),
    refused,
  };
}
