import { Buffer } from 'node:buffer';
import type { JsonRecord, RowRecord, SourceFile, SourceRecord } from '../input/source.ts';
import { checkSettings } from './checks/check-settings.ts';
import { DamagedIds } from './checks/damaged-ids.ts';
import { Fault } from './checks/fault.ts';
import { judge, judgeTexts } from './checks/judge.ts';
import { hasDuplicateKeys, warnOfLosses } from './checks/lossy.ts';
import type { ShapeWarning } from './checks/warnings.ts';
import { WarningLog } from './checks/warnings.ts';
import type { ColumnPlan } from './columns/column-plan.ts';
import { complete } from './columns/complete.ts';
import { Draft } from './columns/draft.ts';
import { nearFields, nearFieldText } from './columns/near-fields.ts';
import { Router } from './columns/route.ts';
import { Tables } from './columns/tables.ts';
import type { Target } from './columns/target.ts';
import type { JsonRules } from './from-json.ts';
import { draftObject, objectOf } from './from-json.ts';
import type { RowRules } from './from-row.ts';
import { draftRow } from './from-row.ts';
import type { Shaped } from './record.ts';
import { rejectionOf, unreadable } from './rejection.ts';
import { maySplitCharacters } from './sendable.ts';
import type { ShapeSettings } from './shape-settings.ts';
import { AttributeTypes } from './values/attribute-types.ts';
import type { FixedValues } from './values/fixed-values.ts';
import { fixedValues } from './values/fixed-values.ts';

export type { ShapeWarning, WarningExample } from './checks/warnings.ts';
export type { ColumnPlan, PlannedColumn } from './columns/column-plan.ts';

/** Turns the records of a run's inputs into user records or rejections, in the order of the input. */
export interface Shaper {
  /**
   * What becomes of each column of a file; to be asked of every file before anything is sent. A column of --map or
   * --type has to be in one of `inputs` (default: this file), one of --id in this file. Throws UsageError when the
   * table cannot be sent as it is.
   */
  plan(file: SourceFile, inputs?: readonly SourceFile[]): ColumnPlan;
  /** One result for each record, in the same order; throws only what `plan` throws, for a file it was not asked of. */
  shape(records: readonly SourceRecord[]): Shaped[];
  /** What was noticed so far in records that were not rejected, and in headers. */
  warnings(): ShapeWarning[];
}

/** Keys beyond this number are looked up anew each time, so that memory stays bounded. */
const mostKeys = 1000;

function cached(route: (key: string) => Target): (key: string) => Target {
  const known = new Map<string, Target>();
  return (key) => {
    const found = known.get(key);
    if (found) return found;
    const target = route(key);
    if (known.size < mostKeys) known.set(key, target);
    return target;
  };
}

class RecordShaper implements Shaper {
  readonly #log = new WarningLog();
  readonly #ids = new DamagedIds(this.#log);
  readonly #types = new AttributeTypes();
  readonly #fixed: FixedValues;
  readonly #tables: Tables;
  readonly #rowRules: RowRules;
  readonly #jsonRules: JsonRules;
  /** Of keys that no JSON object had before the present one. */
  #newTargets: Target[] = [];

  constructor(settings: ShapeSettings) {
    checkSettings(settings);
    const { coerce, assumeUtc, listSeparator } = settings;
    this.#fixed = fixedValues(settings);
    const router = new Router(settings, this.#fixed.paths);
    this.#tables = new Tables(settings, router, this.#log);
    // A cell is always text, so that reading it as what its field needs is no change of the user's data.
    this.#rowRules = { dates: { coerce: true, assumeUtc }, listSeparator };
    this.#jsonRules = {
      dates: { coerce, assumeUtc },
      listSeparator,
      route: cached((key) => {
        const target = router.route(key, 'json');
        this.#newTargets.push(target);
        return target;
      }),
      routeInside: router.reachesInside ? cached((name) => router.routeInside(name)) : undefined,
    };
  }

  plan(file: SourceFile, inputs?: readonly SourceFile[]): ColumnPlan {
    if (file.table === undefined) return { file, columns: [] };
    return this.#tables.table(file, inputs).plan;
  }

  shape(records: readonly SourceRecord[]): Shaped[] {
    return records.map((record) => this.#one(record));
  }

  warnings(): ShapeWarning[] {
    return [...this.#log.list(), ...this.#ids.warnings()];
  }

  #one(record: SourceRecord): Shaped {
    switch (record.kind) {
      case 'row':
        return this.#row(record);
      case 'json':
        return this.#object(record);
      case 'faulty':
        return unreadable(record, record);
    }
  }

  #row(record: RowRecord): Shaped {
    const draft = new Draft();
    const { targets } = this.#tables.table(record.file);
    draftRow(draft, record.cells, { targets, rules: this.#rowRules });
    return this.#finish(draft, record, undefined);
  }

  #object(record: JsonRecord): Shaped {
    const found = objectOf(record.value, record.raw);
    if (found instanceof Fault) return unreadable(record, found);
    const draft = new Draft();
    draftObject(draft, found, this.#jsonRules);
    if (this.#newTargets.length > 0) this.#lookAtNewKeys(record);
    if (found.object !== record.value || hasDuplicateKeys(record)) draft.changed = true;
    return this.#finish(draft, record, found.raw);
  }

  #lookAtNewKeys({ file, line }: JsonRecord): void {
    for (const { column, field } of nearFields(this.#newTargets)) {
      this.#log.add('key-near-field', nearFieldText('key', column, field), { file: file.path, line });
    }
    this.#newTargets = [];
  }

  /** `raw` is the JSON text that the record may be sent as, if nothing of it had to change. */
  #finish(draft: Draft, source: RowRecord | JsonRecord, raw: string | undefined): Shaped {
    complete(draft, this.#fixed);
    const settled = judge(draft, source, this.#types);
    if (draft.reasons.length > 0) return rejectionOf(draft, source, raw);
    const json = raw === undefined || draft.changed ? draft.toJson() : raw.trim();
    if (maySplitCharacters(json)) judgeTexts(draft);
    if (draft.reasons.length > 0 || draft.id === undefined) return rejectionOf(draft, source, raw);
    this.#types.learn(settled, source);
    this.#ids.watch(draft.id, source);
    if (source.kind === 'json') warnOfLosses(source, draft.id, this.#log);
    return { kind: 'user', id: draft.id, json, bytes: Buffer.byteLength(json), source };
  }
}

/** Prepares the shaping of one run. Throws UsageError for settings that no input could satisfy. */
export function createShaper(settings: ShapeSettings): Shaper {
  return new RecordShaper(settings);
}
