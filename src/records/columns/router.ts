import { isHashMarker, isReasonsColumn } from '../../contract/rejects-keys.ts';
import { safeCsvColumn } from '../../contract/safe-csv.ts';
import { attributeName, attributePath, attributesField, refusedMember } from '../../contract/user-fields.ts';
import type { ColumnSettings, ColumnType, UnknownColumns } from '../column-settings.ts';
import { fields } from '../values/field-checks.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { type AttributeTarget, labelOf, type Target } from './target.ts';

/** What this program adds to records that it writes. */
function isAlwaysIgnored(name: string): boolean {
  return name === refusedMember || isReasonsColumn(name);
}

/** Decides where the value of each column or key goes. */
export class Router {
  /** Column to path, by --map and --id. */
  readonly #map: ReadonlyMap<string, string>;
  readonly #types: ReadonlyMap<string, ColumnType>;
  /** The columns and keys that settings make the user id; empty when it is called user_id. */
  readonly idSources: readonly string[];
  readonly #unknown: UnknownColumns | undefined;
  /** Paths that --set gives a value in every record; the record's own values there are ignored. */
  readonly #fixed: ReadonlySet<string>;
  /** Of the rejects files that this run can upload. */
  readonly #marker: string | undefined;
  readonly #hashed: readonly string[];

  constructor(
    settings: ColumnSettings,
    { fixed, marker }: { readonly fixed: ReadonlySet<string>; readonly marker: string | undefined },
  ) {
    const map = new Map(Object.entries(settings.map));
    if (settings.id !== undefined) map.set(settings.id, 'user_id');
    this.#map = map;
    this.idSources = [...map].filter(([, path]) => path === 'user_id').map(([source]) => source);
    this.#types = new Map(Object.entries(settings.type));
    this.#unknown = settings.unknown;
    this.#fixed = fixed;
    this.#marker = marker;
    this.#hashed = Object.keys(settings.hash ?? {});
  }

  /** Whether a setting names a single attribute, so that each value in custom_attributes must be routed. */
  get namesAttributes(): boolean {
    const names = [...this.#map.keys(), ...this.#types.keys(), ...this.#fixed, ...this.#hashed];
    return names.some((name) => attributeName(name) !== undefined);
  }

  /** Where the value of a column of a table, or of a key of a JSON object, goes. */
  route(source: string, from: 'table' | 'json'): Target {
    const path = this.#map.get(source) ?? source;
    if (isAlwaysIgnored(source) || (source === safeCsvColumn && from === 'table')) return ignored(source);
    if (isHashMarker(source)) return source === this.#marker ? ignored(source) : foreignMarker(source);
    if (this.#fixed.has(path)) return ignored(source, path);
    const place = { source, path, label: labelOf(path), inPlace: path === source };
    const field = fields.get(path);
    if (field !== undefined) return { kind: 'field', field, ...place };
    if (path === attributesField) return { kind: 'attributes', ...place };
    const name = attributeName(path);
    return name === undefined ? this.#routeUnknown(source) : this.#attribute(source, name);
  }

  /** Where one value of custom_attributes goes: nowhere else, unless a setting names it. */
  routeAttribute(name: string): Target {
    const source = attributePath(name);
    if (this.#map.has(source)) return this.route(source, 'json');
    return this.#fixed.has(source) ? ignored(source) : { ...this.#attribute(source, name), inPlace: true };
  }

  #routeUnknown(source: string): Target {
    const type = this.#types.get(source);
    const mode = this.#unknown ?? 'custom';
    const place = { source, path: source, label: labelOf(source), inPlace: true };
    if (mode === 'keep') return { kind: 'kept', type, ...place };
    // Giving a column a type asks for it as a custom attribute, even if others are dropped or refused.
    if (mode === 'custom' || type !== undefined) {
      const path = attributePath(source);
      if (this.#fixed.has(path)) return ignored(source, path);
      const target = this.#attribute(source, source);
      return type === undefined && this.#unknown === undefined ? { ...target, isUnknown: true } : target;
    }
    return mode === 'drop' ? ignored(source) : { kind: 'refused', ...place };
  }

  #attribute(source: string, name: string): AttributeTarget {
    const type = this.#types.get(source);
    const path = attributePath(name);
    return { kind: 'attribute', name, type, source, path, label: labelOf(name), inPlace: false };
  }
}

function ignored(source: string, path = source): Target {
  return { kind: 'ignored', source, path, label: '', inPlace: false };
}

/** The rejects file of an upload with --hash holds clear values, which must not be sent by mistake. */
function foreignMarker(source: string): Target {
  const problem = new InvalidValue('comes from the rejects file of an upload with --hash', {
    hint: 'Its values are not hashed. Upload the file with the same --hash options and the same key.',
  });
  return { kind: 'refused', source, path: '', label: '', inPlace: true, problem };
}
