import { reasonsColumn } from '../../contract/rejects-keys.ts';
import { attributeName, attributePath, attributesField } from '../../contract/user-fields.ts';
import type { ColumnSettings, ColumnType, UnknownColumns } from '../column-settings.ts';
import { fields } from '../values/field-checks.ts';
import type { Target } from './target.ts';

/** Decides for each column or key where its value goes. */
export class Router {
  /** Column to path, as --map and --id say together. */
  readonly map: ReadonlyMap<string, string>;
  readonly #types: ReadonlyMap<string, ColumnType>;
  readonly #unknown: UnknownColumns | undefined;
  /** Paths that every record gets from --set, whatever its source says. */
  readonly #fixed: ReadonlySet<string>;

  constructor(settings: ColumnSettings, fixed: ReadonlySet<string>) {
    const map = new Map(Object.entries(settings.map));
    if (settings.id !== undefined) map.set(settings.id, 'user_id');
    this.map = map;
    this.#types = new Map(Object.entries(settings.type));
    this.#unknown = settings.unknown;
    this.#fixed = fixed;
  }

  /** Whether the values inside a record's custom_attributes are named by a setting, and so have routes of their own. */
  get reachesInside(): boolean {
    const names = [...this.map.keys(), ...this.#types.keys(), ...this.#fixed];
    return names.some((name) => attributeName(name) !== undefined);
  }

  /** Where the value of a column of a table, or of a key of a JSON object, goes. */
  route(source: string, from: 'table' | 'json'): Target {
    const path = this.map.get(source) ?? source;
    if (source === reasonsColumn) return this.#ignored(source);
    if (this.#fixed.has(path)) return this.#ignored(source, path);
    const stays = path === source;
    const field = fields.get(path);
    if (field !== undefined) return { kind: 'field', field, source, path, label: label(path), stays };
    if (path === attributesField) return { kind: 'attributes', source, path, label: label(path), stays };
    const name = attributeName(path);
    return name === undefined ? this.#unknownTarget(source, from) : this.#attribute(source, name);
  }

  /** Where a value inside a record's custom_attributes goes: it stays, unless a setting names it. */
  routeInside(name: string): Target {
    const source = attributePath(name);
    if (this.map.has(source)) return this.route(source, 'json');
    return this.#fixed.has(source)
      ? this.#ignored(source)
      : { ...this.#attribute(source, name), stays: true };
  }

  #unknownTarget(source: string, from: 'table' | 'json'): Target {
    const type = this.#types.get(source);
    const mode = this.#unknown ?? (from === 'table' ? 'custom' : 'keep');
    if (mode === 'keep')
      return { kind: 'kept', type, source, path: source, label: label(source), stays: true };
    // To give a column a type is to ask for it as a custom attribute, whatever becomes of the others.
    if (mode === 'custom' || type !== undefined) {
      const path = attributePath(source);
      return this.#fixed.has(path) ? this.#ignored(source, path) : this.#attribute(source, source);
    }
    if (mode === 'drop') return this.#ignored(source);
    return { kind: 'refused', source, path: source, label: label(source), stays: true };
  }

  #attribute(source: string, name: string): Target {
    const type = this.#types.get(source);
    const path = attributePath(name);
    return { kind: 'attribute', name, type, source, path, label: label(name), stays: false };
  }

  #ignored(source: string, path = source): Target {
    return { kind: 'ignored', source, path, label: '', stays: false };
  }
}

function label(name: string): string {
  return `${JSON.stringify(name)}:`;
}
