import type { BuildOptions, OutputOptions } from 'rolldown';

export declare function bundleOptions(dir: string): BuildOptions & { readonly output: OutputOptions };
