import { Buffer } from 'node:buffer';
import { SourceText } from '../contract/source-text.ts';
import type { JsonRecord, RowRecord, SourceFile, SourceRecord } from '../input/source.ts';
import { checkEncodable, checkRecord, typeConflicts } from './checks/check-record.ts';
import { DamagedIds } from './checks/damaged-ids.ts';
import { repeatsKeys, warnOfLosses } from './checks/json-losses.ts';
import { PersonalData } from './checks/personal-data.ts';
import { UnknownKeys } from './checks/unknown-keys.ts';
import type { ColumnSettings, UnknownColumns } from './column-settings.ts';
import { checkSettings } from './columns/check-settings.ts';
import type { ColumnPlan } from './columns/column-plan.ts';
import { type FixedValues, fixedValues } from './columns/fixed-values.ts';
import { JsonKeys } from './columns/json-keys.ts';
import { NamedColumns, type OptionProblem } from './columns/named-columns.ts';
import { Router } from './columns/router.ts';
import { Tables } from './columns/tables.ts';
import { addObject, type JsonRules, jsonSource } from './from-json.ts';
import { addRow, type RowRules } from './from-row.ts';
import { hashObject, hashRow } from './hash/hash-values.ts';
import { createHasher, type Hasher } from './hash/hasher.ts';
import type { MappedRecord, Reason, UserRecord } from './record.ts';
import { RecordBuilder } from './record-builder.ts';
import { rejectRecord, rejectUnreadable } from './rejection.ts';
import { AttributeTypes } from './values/attribute-types.ts';
import { mayBeMalformed } from './values/encodable.ts';
import { InvalidValue } from './values/invalid-value.ts';
import { exampleOf, type RecordWarning, WarningLog } from './warnings.ts';

export type { ColumnPlan, PlannedColumn } from './columns/column-plan.ts';
export type { RecordWarning, WarningExample } from './warnings.ts';

/** Maps the records of a run's inputs to user records or rejections. */
export interface RecordMapper {
  /**
   * Where each column of a file goes. Call it for every file before anything is sent. `inputs`: all files of
   * the run (default: this one), of which one must have the columns that --map and --type name; --id must be
   * in this file. Throws UsageError when the table cannot be sent with these settings.
   */
  plan(file: SourceFile, inputs?: readonly SourceFile[]): ColumnPlan;
  /** One result per record, in the same order. Throws UsageError only for a file that was not planned. */
  map(records: readonly SourceRecord[]): MappedRecord[];
  /**
   * Custom attributes of a record whose type differs from the one that most records so far have: Miso will
   * refuse either this record or the others.
   */
  typeConflicts(record: UserRecord): readonly Reason[];
  /**
   * After all records: why a column that --id, --map or --type names is in none of them. Undefined when each
   * is in one.
   */
  unmatchedOptions(named?: '--hash'): OptionProblem | undefined;
  /** What was noticed so far in headers and valid records. */
  warnings(): RecordWarning[];
}

export interface MapperOptions {
  /** A null in JSON is kept as it is: it removes the field of a user. Default: it is rejected. */
  readonly keepsNulls?: boolean | undefined;
  /** The key of --hash. */
  readonly hashKey?: string | undefined;
  /** Warn about columns that look like personal data. Default: false. */
  readonly piiCheck?: boolean | undefined;
}

/** Prepares the mapping for one run. Throws UsageError for settings that no input could satisfy. */
export function createRecordMapper(settings: ColumnSettings, options: MapperOptions = {}): RecordMapper {
  return new Mapper(settings, options);
}

class Mapper implements RecordMapper {
  readonly #log = new WarningLog();
  readonly #ids = new DamagedIds(this.#log);
  readonly #types = new AttributeTypes();
  readonly #unknownKeys = new UnknownKeys();
  readonly #unknownKeysMode: UnknownColumns;
  readonly #idSources: readonly string[];
  readonly #fixed: FixedValues;
  readonly #named: NamedColumns;
  #hasJson = false;
  readonly #tables: Tables;
  readonly #rowRules: RowRules;
  readonly #jsonRules: JsonRules;
  readonly #jsonKeys: JsonKeys;
  readonly #hasher: Hasher | undefined;
  readonly #personalData: PersonalData | undefined;

  constructor(settings: ColumnSettings, { keepsNulls = false, hashKey, piiCheck }: MapperOptions) {
    checkSettings(settings);
    this.#hasher = createHasher(settings, hashKey);
    this.#personalData = piiCheck ? new PersonalData() : undefined;
    const { coerce, assumeUtc, listSeparator } = settings;
    this.#fixed = fixedValues(settings);
    this.#named = new NamedColumns(settings);
    const router = new Router(settings, { fixed: this.#fixed.paths, marker: this.#hasher?.marker });
    this.#idSources = router.idSources;
    this.#unknownKeysMode = settings.unknown ?? 'custom';
    this.#tables = new Tables(settings, router, this.#log);
    // A cell is always text, so converting it to the type of its field changes no data.
    this.#rowRules = { dates: { coerce: true, assumeUtc }, listSeparator };
    this.#jsonKeys = new JsonKeys({ router, named: this.#named, log: this.#log });
    const { route, routeAttribute } = this.#jsonKeys;
    this.#jsonRules = { dates: { coerce, assumeUtc }, keepsNulls, listSeparator, route, routeAttribute };
  }

  plan(file: SourceFile, inputs?: readonly SourceFile[]): ColumnPlan {
    if (file.table === undefined) return { file, columns: [], unknownKeys: this.#unknownKeysMode };
    for (const column of file.table.columns) this.#named.found(column);
    return this.#tables.get(file, inputs).plan;
  }

  map(records: readonly SourceRecord[]): MappedRecord[] {
    return records.map((record) => this.#mapOne(record));
  }

  typeConflicts(record: UserRecord): readonly Reason[] {
    return this.#types.areMixed ? typeConflicts(record, this.#types) : [];
  }

  unmatchedOptions(named?: '--hash'): OptionProblem | undefined {
    return this.#hasJson ? this.#named.problem(named) : undefined;
  }

  warnings(): RecordWarning[] {
    const unknownKeys = this.#unknownKeys.warning();
    return [
      ...(unknownKeys === undefined ? [] : [unknownKeys]),
      ...this.#tables.warnings(),
      ...this.#types.warnings(),
      ...this.#log.list(),
      ...this.#ids.warnings(),
      ...(this.#personalData?.warnings() ?? []),
    ];
  }

  #mapOne(record: SourceRecord): MappedRecord {
    switch (record.kind) {
      case 'row':
        return this.#mapRow(record);
      case 'json':
        return this.#mapJson(record);
      case 'faulty':
        return rejectUnreadable(record, record, this.#hasher);
    }
  }

  #mapRow(record: RowRecord): MappedRecord {
    const builder = new RecordBuilder();
    const { targets, untyped } = this.#tables.get(record.file);
    const cells = hashRow(record, this.#hasher);
    addRow(builder, cells, { targets, rules: this.#rowRules });
    const mapped = this.#finish(builder, record);
    if (mapped.kind === 'user') untyped.add(cells);
    return mapped;
  }

  #mapJson(record: JsonRecord): MappedRecord {
    const source = jsonSource(record.value, record.raw);
    if (source instanceof InvalidValue) return rejectUnreadable(record, source, this.#hasher);
    const isRecord = source.object === record.value;
    this.#hasJson = true;
    const hasDuplicates = repeatsKeys(record, source);
    const builder = new RecordBuilder(new SourceText(source.raw, hasDuplicates));
    addObject(builder, hashObject(source.object, builder, this.#hasher), this.#jsonRules);
    // The keys beside a text that could not be parsed.
    if (!isRecord) this.#jsonKeys.refuseMarkers(builder, Object.keys(record.value as object));
    this.#jsonKeys.warnOfNew(record);
    if (!isRecord || hasDuplicates) builder.changed = true;
    return this.#finish(builder, record);
  }

  #noteJson(builder: RecordBuilder, record: JsonRecord): void {
    warnOfLosses(record, builder, this.#log);
    if (builder.unknownKeys.length > 0)
      this.#unknownKeys.add(builder.unknownKeys, exampleOf(builder.id ?? '', record));
  }

  #finish(builder: RecordBuilder, source: RowRecord | JsonRecord): MappedRecord {
    builder.complete(this.#fixed);
    const unusual = checkRecord(builder, source, { types: this.#types, idSources: this.#idSources });
    if (builder.reasons.length > 0) return rejectRecord(builder, source);
    const json = builder.toJson();
    if (mayBeMalformed(json)) checkEncodable(builder);
    if (builder.reasons.length > 0 || builder.id === undefined) return rejectRecord(builder, source);
    if (unusual.length > 0) this.#types.add(unusual, exampleOf(builder.id, source));
    this.#ids.add(builder.id, source);
    this.#personalData?.add(builder);
    if (source.kind === 'json') this.#noteJson(builder, source);
    // Without the cells or the parsed value, which take as much memory as the text.
    const { kind, file, line, raw } = source;
    return {
      kind: 'user',
      id: builder.id,
      json,
      bytes: Buffer.byteLength(json),
      source: { kind, file, line, raw },
    };
  }
}
