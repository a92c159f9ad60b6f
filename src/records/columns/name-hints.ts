import { isFieldName } from '../../contract/user-fields.ts';

const people = /^(?:users?|customers?|contacts?|members?|clients?|persons?|subscribers?|leads?|people)$/;
const identifiers =
  /^(?:id|ids|uid|uuid|guid|userid|customerid|contactid|memberid|clientid|email|mail|username|login|identifier)$/;
const maxProposals = 5;

/** `hs_object_id`, `CustomerID` and `Record ID - Contact` as their words in lower case. */
function wordsOf(column: string): string[] {
  return column
    .replace(/e-?mail/gi, ' email ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
}

/** 0 for the likeliest; undefined for a column that does not look like an id at all. */
function rank(column: string): number | undefined {
  const words = wordsOf(column);
  if (words.join('') === 'userid') return 0;
  if (!words.some((word) => identifiers.test(word))) return undefined;
  if (words.length === 1 || words.some((word) => people.test(word))) return 1;
  return 2;
}

/** The columns (or keys) that could be the user id, likeliest first; the user picks, never the program. */
export function idCandidates(columns: readonly string[]): string[] {
  return columns
    .filter((column) => !isFieldName(column) && !column.startsWith('_'))
    .map((column) => ({ column, rank: rank(column) }))
    .filter((candidate): candidate is { column: string; rank: number } => candidate.rank !== undefined)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, maxProposals)
    .map(({ column }) => column);
}
