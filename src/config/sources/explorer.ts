import { isObject } from '../../contract/json.ts';
import { isPackage, packageProperty, parseSettings } from '../parse.ts';

/** A file found by cosmiconfig; `config` is absent if the file is empty. */
export interface ExplorerResult {
  readonly config?: { readonly document: unknown };
  readonly filepath: string;
  readonly isEmpty?: boolean;
}

/** Looks in one folder, or reads one file. */
export interface Explorer {
  search(folder: string): Promise<ExplorerResult | null>;
  load(path: string): Promise<ExplorerResult | null>;
}

type Loader = (path: string, content: string) => Promise<unknown>;

interface ExplorerModule {
  readonly Explorer: new (options: Readonly<Record<string, unknown>>) => Explorer;
}

/**
 * cosmiconfig, for data files only. This uses the class behind `cosmiconfig()`, because that function first looks for
 * its own settings in the working directory, including `.config/config.js`, and executes them. The class has no
 * loaders except these.
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

/** Wraps the document, so that `$import` in it is an ordinary unknown key and imports nothing. */
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
