/** A limit on records or users: a number, or a percentage of all. */
export type Limit = { readonly count: number } | { readonly percent: number };

/** Whether `part` of `whole` is more than a limit allows. */
export function exceeds(limit: Limit, part: number, whole: number): boolean {
  return 'count' in limit ? part > limit.count : 100 * part > limit.percent * whole;
}

/** `5`, `1%` */
export function limitText(limit: Limit): string {
  return 'count' in limit ? `${limit.count}` : `${limit.percent}%`;
}
