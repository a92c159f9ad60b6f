import { type SetName, sets } from './model-steps.ts';
import type { Export } from './scene.ts';

export function otherThan(name: SetName): SetName {
  return name === 'a' ? 'b' : 'a';
}

/** What others write to Miso: no set sends such a city. */
export const byOthers = 'by others';

/** What a correct sync may and must do, after each step. */
export class Model {
  readonly exports: Record<SetName, Map<string, string>> = { a: new Map(), b: new Map() };
  /** The last record of a repeated id. */
  readonly repeats = new Map<string, string>();
  /** Users in the last export of each set that it has sent, so that no other set may delete them. */
  readonly known: Record<SetName, Set<string>> = { a: new Set(), b: new Set() };
  /** All users that each set has sent. */
  readonly sent: Record<SetName, Set<string>> = { a: new Set(), b: new Set() };
  /** Users that a set has sent, but that may not be in its state anymore, because the state was lost. */
  readonly orphans = new Set<string>();
  /** Users that may be in the state of each set. */
  readonly held: Record<SetName, Set<string>> = { a: new Set(), b: new Set() };
  /**
   * Users that a set has sent while they were still in the state of the other set. If such a user is then removed from
   * both exports, no set may delete it: one because the user is in the state of the other set, the other because it did
   * not send the record at Miso. See docs/sync.md.
   */
  readonly moved = new Set<string>();
  /** Sets whose last state was lost or replaced by an earlier one since they last wrote a state. */
  readonly distrusted = new Set<SetName>();
  /** Users that others changed at Miso, and that no set has sent since. */
  readonly foreign = new Set<string>();

  recordsOf(set: SetName): Export {
    const records = [...this.exports[set]];
    const repeated = records.flatMap(([own]) => {
      const last = this.repeats.get(own);
      return last === undefined ? [] : [[own, last] as const];
    });
    return [...records, ...repeated];
  }

  isExported(user: string): boolean {
    return sets.some((name) => this.exports[name].has(user));
  }

  /** What a run of a set has sent, whether Miso stored it or not. */
  sync(name: SetName, users: readonly string[]): void {
    const other = otherThan(name);
    for (const user of this.known[name]) if (!this.exports[name].has(user)) this.known[name].delete(user);
    for (const user of users) {
      this.known[name].add(user);
      this.sent[name].add(user);
      this.held[name].add(user);
      if (this.held[other].has(user)) this.moved.add(user);
      else this.moved.delete(user);
      this.orphans.delete(user);
      this.foreign.delete(user);
    }
  }

  /** After a run with deletes that succeeded, the state of a set holds only users of its export. */
  synced(name: SetName): void {
    const other = otherThan(name);
    for (const user of this.held[name]) {
      if (this.exports[name].has(user)) continue;
      this.held[name].delete(user);
      if (this.exports[other].has(user)) this.moved.delete(user);
    }
  }

  lostState(name: SetName): void {
    for (const user of this.sent[name]) this.orphans.add(user);
    this.known[name].clear();
  }
}
