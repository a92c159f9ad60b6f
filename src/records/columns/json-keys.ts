import { isHashMarker } from '../../contract/rejects-keys.ts';
import { attributePath } from '../../contract/user-fields.ts';
import type { JsonRecord } from '../../input/source.ts';
import type { RecordBuilder } from '../record-builder.ts';
import type { WarningLog } from '../warnings.ts';
import { nearFields, nearFieldText } from './name-hints.ts';
import type { NamedColumns } from './named-columns.ts';
import type { Router } from './router.ts';
import type { Target } from './target.ts';

interface Dependencies {
  readonly router: Router;
  readonly named: NamedColumns;
  readonly log: WarningLog;
}

/** Where the keys of JSON records go. Each key is routed once. */
export class JsonKeys {
  readonly route: (key: string) => Target;
  /** Where each value of custom_attributes goes; undefined when all of them stay. */
  readonly routeAttribute: ((name: string) => Target) | undefined;
  readonly #log: WarningLog;
  /** Targets of keys that no earlier record had. */
  #newTargets: Target[] = [];

  constructor({ router, named, log }: Dependencies) {
    this.#log = log;
    this.route = cached((key) => {
      named.found(key);
      const target = router.route(key, 'json');
      this.#newTargets.push(target);
      return target;
    });
    const routeAttribute = cached((name) => {
      named.found(attributePath(name));
      return router.routeAttribute(name);
    });
    this.routeAttribute = router.namesAttributes ? routeAttribute : undefined;
  }

  /** Refuses a record that has the marker of another run's rejects file among these keys. */
  refuseMarkers(builder: RecordBuilder, keys: readonly string[]): void {
    for (const key of keys.filter(isHashMarker)) {
      const target = this.route(key);
      if (target.kind === 'refused' && target.problem !== undefined) builder.reject('', target.problem);
    }
  }

  /** Warns of keys that differ from a field only in case or spacing, after the first record that has them. */
  warnOfNew({ file, line }: JsonRecord): void {
    if (this.#newTargets.length === 0) return;
    for (const { column, field } of nearFields(this.#newTargets)) {
      this.#log.add('key-near-field', nearFieldText('key', column, field), { file: file.path, line });
    }
    this.#newTargets = [];
  }
}

/** Bounds memory: keys beyond this number are routed each time. */
const maxCachedKeys = 1000;

function cached(route: (key: string) => Target): (key: string) => Target {
  const targets = new Map<string, Target>();
  return (key) => {
    const known = targets.get(key);
    if (known) return known;
    const target = route(key);
    if (targets.size < maxCachedKeys) targets.set(key, target);
    return target;
  };
}
