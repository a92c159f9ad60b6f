import { attributeName, attributePath, fieldNames, isFieldName } from '../../contract/user-fields.ts';
import { shellWord } from '../../text.ts';
import { show } from '../values/show.ts';
import type { Target } from './target.ts';

const people = /^(?:users?|customers?|contacts?|members?|clients?|persons?|subscribers?|leads?|people)$/;
const identifiers =
  /^(?:id|ids|uid|uuid|guid|userid|customerid|contactid|memberid|clientid|email|mail|username|login|identifier)$/;
/**
 * Words in names such as "Accepts Email Marketing" and "Email Verified", which do not contain the address or
 * account.
 */
const aboutIds =
  /^(?:accepts?|marketing|consent|opt|optin|optout|subscribed|subscription|unsubscribed|verified|confirmed|valid|status|type|count|domain|date|at|on|is|has|last|sent|opened|bounced)$/;
const maxCandidates = 5;

/**
 * The columns or keys that could be the user id, most likely first. Only a hint: none is chosen
 * automatically.
 */
export function idCandidates(columns: readonly string[]): string[] {
  return columns
    .filter((column) => !isFieldName(column) && !column.startsWith('_'))
    .map((column) => ({ column, rank: rankAsId(column) }))
    .filter((candidate): candidate is { column: string; rank: number } => candidate.rank !== undefined)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, maxCandidates)
    .map(({ column }) => column);
}

/** 0 for the most likely; undefined for a column that does not look like an id. */
function rankAsId(column: string): number | undefined {
  const words = wordsOf(column);
  if (words.join('') === 'userid') return 0;
  if (!words.some((word) => identifiers.test(word)) || words.some((word) => aboutIds.test(word)))
    return undefined;
  if (words.length === 1 || words.some((word) => people.test(word))) return 1;
  return 2;
}

/** `hs_object_id`, `CustomerID` and `Record ID - Contact` as words in lower case. */
function wordsOf(column: string): string[] {
  return column
    .replace(/e-?mail/gi, ' email ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
}

const fieldByLetters: ReadonlyMap<string, string> = new Map(
  fieldNames.map((name) => [lettersOf(name), name]),
);

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/**
 * Columns or keys such as `Created At`, which differ from a field only in case and spacing, and are not
 * mapped to it.
 */
export function nearFields(targets: readonly Target[]): { column: string; field: string }[] {
  const taken = new Set(targets.map((target) => target.path));
  const near: { column: string; field: string }[] = [];
  for (const target of targets) {
    // A column that a setting maps elsewhere is intentional.
    const isChosen = target.kind === 'field' || !target.path.endsWith(target.source);
    const field = isChosen ? undefined : fieldByLetters.get(lettersOf(target.source));
    if (field !== undefined && field !== target.source && !taken.has(field))
      near.push({ column: target.source, field });
  }
  return near;
}

/** The warning about such a column or key. */
export function nearFieldText(noun: 'column' | 'key', name: string, field: string): string {
  return `${noun} ${show(name)} is not mapped to ${field}; use --map ${shellWord(`${name}=${field}`)}`;
}

/** The hint for two columns or keys with the same path. */
export function separationHint(path: string, one: string, other: string): string {
  if (one === other) return 'Rename one of them in the file.';
  const moved = one === path ? one : other;
  const name = moved === path && attributeName(path) === undefined ? path : 'other';
  return `Map one of them to another field, for example --map ${shellWord(`${moved}=${attributePath(name)}`)}`;
}
