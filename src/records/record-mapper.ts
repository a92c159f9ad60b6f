import { Buffer } from 'node:buffer';
import type { JsonRecord, RowRecord, SourceFile, SourceRecord } from '../input/source.ts';
import { judge, judgeTexts } from './checks/check-record.ts';
import { DamagedIds } from './checks/damaged-ids.ts';
import { hasDuplicateKeys, warnOfLosses } from './checks/json-losses.ts';
import type { ColumnSettings } from './column-settings.ts';
import { checkSettings } from './columns/check-settings.ts';
import type { ColumnPlan } from './columns/column-plan.ts';
import { complete } from './columns/complete.ts';
import type { FixedValues } from './columns/fixed-values.ts';
import { fixedValues } from './columns/fixed-values.ts';
import { nearFields, nearFieldText } from './columns/near-fields.ts';
import { Router } from './columns/router.ts';
import { Tables } from './columns/tables.ts';
import type { Target } from './columns/target.ts';
import type { JsonRules } from './from-json.ts';
import { addObject, objectOf } from './from-json.ts';
import type { RowRules } from './from-row.ts';
import { addRow } from './from-row.ts';
import type { MappedRecord } from './record.ts';
import { RecordBuilder } from './record-builder.ts';
import { rejectionOf, unreadable } from './rejection.ts';
import { AttributeTypes } from './values/attribute-types.ts';
import { maySplitCharacters } from './values/encodable.ts';
import { InvalidValue } from './values/invalid-value.ts';
import type { RecordWarning } from './warnings.ts';
import { WarningLog } from './warnings.ts';

export type { ColumnPlan, PlannedColumn } from './columns/column-plan.ts';
export type { RecordWarning, WarningExample } from './warnings.ts';

/** Turns the records of a run's inputs into user records or rejections, in the order of the input. */
export interface RecordMapper {
  /**
   * What becomes of each column of a file; to be asked of every file before anything is sent. A column of --map or
   * --type has to be in one of `inputs` (default: this file), one of --id in this file. Throws UsageError when the
   * table cannot be sent as it is.
   */
  plan(file: SourceFile, inputs?: readonly SourceFile[]): ColumnPlan;
  /** One result for each record, in the same order; throws only what `plan` throws, for a file it was not asked of. */
  map(records: readonly SourceRecord[]): MappedRecord[];
  /** What was noticed so far in records that were not rejected, and in headers. */
  warnings(): RecordWarning[];
}

/** Keys beyond this number are looked up anew each time, so that memory stays bounded. */
const maxKeys = 1000;

function cached(route: (key: string) => Target): (key: string) => Target {
  const known = new Map<string, Target>();
  return (key) => {
    const found = known.get(key);
    if (found) return found;
    const target = route(key);
    if (known.size < maxKeys) known.set(key, target);
    return target;
  };
}

class Mapper implements RecordMapper {
  readonly #log = new WarningLog();
  readonly #ids = new DamagedIds(this.#log);
  readonly #types = new AttributeTypes();
  readonly #fixed: FixedValues;
  readonly #tables: Tables;
  readonly #rowRules: RowRules;
  readonly #jsonRules: JsonRules;
  /** Of keys that no JSON object had before the present one. */
  #newTargets: Target[] = [];

  constructor(settings: ColumnSettings) {
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

  map(records: readonly SourceRecord[]): MappedRecord[] {
    return records.map((record) => this.#one(record));
  }

  warnings(): RecordWarning[] {
    return [...this.#log.list(), ...this.#ids.warnings()];
  }

  #one(record: SourceRecord): MappedRecord {
    switch (record.kind) {
      case 'row':
        return this.#row(record);
      case 'json':
        return this.#object(record);
      case 'faulty':
        return unreadable(record, record);
    }
  }

  #row(record: RowRecord): MappedRecord {
    const builder = new RecordBuilder();
    const { targets } = this.#tables.table(record.file);
    addRow(builder, record.cells, { targets, rules: this.#rowRules });
    return this.#finish(builder, record, undefined);
  }

  #object(record: JsonRecord): MappedRecord {
    const found = objectOf(record.value, record.raw);
    if (found instanceof InvalidValue) return unreadable(record, found);
    const builder = new RecordBuilder();
    addObject(builder, found, this.#jsonRules);
    if (this.#newTargets.length > 0) this.#lookAtNewKeys(record);
    if (found.object !== record.value || hasDuplicateKeys(record)) builder.changed = true;
    return this.#finish(builder, record, found.raw);
  }

  #lookAtNewKeys({ file, line }: JsonRecord): void {
    for (const { column, field } of nearFields(this.#newTargets)) {
      this.#log.add('key-near-field', nearFieldText('key', column, field), { file: file.path, line });
    }
    this.#newTargets = [];
  }

  /** `raw` is the JSON text that the record may be sent as, if nothing of it had to change. */
  #finish(builder: RecordBuilder, source: RowRecord | JsonRecord, raw: string | undefined): MappedRecord {
    complete(builder, this.#fixed);
    const settled = judge(builder, source, this.#types);
    if (builder.reasons.length > 0) return rejectionOf(builder, source, raw);
    const json = raw === undefined || builder.changed ? builder.toJson() : raw.trim();
    if (maySplitCharacters(json)) judgeTexts(builder);
    if (builder.reasons.length > 0 || builder.id === undefined) return rejectionOf(builder, source, raw);
    this.#types.learn(settled, source);
    this.#ids.watch(builder.id, source);
    if (source.kind === 'json') warnOfLosses(source, builder.id, this.#log);
    return { kind: 'user', id: builder.id, json, bytes: Buffer.byteLength(json), source };
  }
}

/** Prepares the shaping of one run. Throws UsageError for settings that no input could satisfy. */
export function createRecordMapper(settings: ColumnSettings): RecordMapper {
  return new Mapper(settings);
}
