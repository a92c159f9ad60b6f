import { isObject } from '../../contract/json.ts';
import { digest } from '../../digest.ts';
import { isPackage, packageProperty, parseSettings } from '../parse.ts';

/** A file found by cosmiconfig; `config` is absent if the file is empty. */
export interface ExplorerResult {
  readonly config?: ParsedFile;
  readonly filepath: string;
  readonly isEmpty?: boolean;
}

/** Reads one file. */
export interface Explorer {
  load(path: string): Promise<ExplorerResult | null>;
}

/** The content of a file. */
export interface ParsedFile {
  readonly document: unknown;
  /** SHA-256 of the text that was parsed. */
  readonly hash: string;
}

type Loader = (path: string, content: string) => Promise<unknown>;

interface ExplorerModule {
  readonly Explorer: new (options: Readonly<Record<string, unknown>>) => Explorer;
}

/**
 * cosmiconfig, for data files only. This uses the class behind `cosmiconfig()`, because that function first
 * looks for its own settings in the working directory, including `.config/config.js`, and executes them. The
 * class has no loaders except these.
 */
export async function createExplorer(): Promise<Explorer> {
  const { Explorer } = (await import('cosmiconfig/dist/Explorer.js')) as unknown as ExplorerModule;
  return new Explorer({
    moduleName: packageProperty,
    searchPlaces: [],
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: true,
    cache: false,
    loaders: { '.json': loader, '.yaml': loader, '.yml': loader, noExt: loader, default: loader },
    transform: (found: unknown) => found,
    metaConfigFilePath: null,
  });
}

/** Wraps the document, so that `$import` in it is just an unknown key and imports nothing. */
const loader: Loader = async (path, content) => {
  const parsed = await parseSettings(path, content);
  const hash = digest(content);
  if (!isPackage(path)) return isNothing(parsed) ? undefined : { document: parsed, hash };
  const document =
    isObject(parsed) && Object.hasOwn(parsed, packageProperty) ? parsed[packageProperty] : undefined;
  return isNothing(document) ? {} : { [packageProperty]: { document, hash } };
};

function isNothing(document: unknown): boolean {
  return document === null || document === undefined;
}
