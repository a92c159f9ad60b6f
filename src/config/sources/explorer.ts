import { isObject } from '../../contract/json.ts';
import { isPackage, packageProperty, parseSettings } from '../parse.ts';

/** What cosmiconfig found; without `config` the file holds nothing. */
export interface Found {
  readonly config?: { readonly document: unknown };
  readonly filepath: string;
  readonly isEmpty?: boolean;
}

/** Looks in one folder, or reads one file. */
export interface Explorer {
  search(folder: string): Promise<Found | null>;
  load(path: string): Promise<Found | null>;
}

type Loader = (path: string, content: string) => Promise<unknown>;

interface ExplorerModule {
  readonly Explorer: new (options: Readonly<Record<string, unknown>>) => Explorer;
}

/**
 * cosmiconfig, as data only. The class beneath `cosmiconfig()` is used, because that function first looks for settings
 * of its own in the working directory, `.config/config.js` among them, and runs what it finds. The class knows no
 * loader but those given here.
 */
export async function createExplorer(searchPlaces: readonly string[]): Promise<Explorer> {
  const { Explorer } = (await import('cosmiconfig/dist/Explorer.js')) as unknown as ExplorerModule;
  return new Explorer({
    moduleName: packageProperty,
    searchPlaces,
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: true,
    cache: false,
    loaders: { '.json': loader, '.yaml': loader, '.yml': loader, noExt: loader, default: loader },
    transform: (found: unknown) => found,
    metaConfigFilePath: null,
  });
}

/** Wraps what a file holds, so that a `$import` in it is an unknown key like any other and imports nothing. */
const loader: Loader = async (path, content) => {
  const parsed = await parseSettings(path, content);
  if (!isPackage(path)) return isNothing(parsed) ? undefined : { document: parsed };
  const document =
    isObject(parsed) && Object.hasOwn(parsed, packageProperty) ? parsed[packageProperty] : undefined;
  return isNothing(document) ? {} : { [packageProperty]: { document } };
};

function isNothing(document: unknown): boolean {
  return document === null || document === undefined;
}
