import type { CommandSpec } from '../cli/completion/spec.ts';
import type { Flags } from '../config/sources/flags.ts';

/** What every command is called with, beside its own arguments. */
export interface Common {
  /** Flags that are settings, by the setting. */
  readonly flags: Flags;
  /** `--config`. */
  readonly configPath?: string;
  /** `--json`. */
  readonly json: boolean;
}

export interface UploadArguments extends Common {
  readonly files: readonly string[];
  readonly resume: boolean;
}

export interface ValidateArguments extends Common {
  readonly files: readonly string[];
}

export interface ReadArguments extends Common {
  readonly ids: readonly string[];
  readonly from?: string;
  readonly format?: 'json' | 'ndjson' | 'csv' | 'table';
  /** `--fields a,b`. */
  readonly fields?: readonly string[];
}

export interface DeleteArguments extends Common {
  readonly ids: readonly string[];
  readonly from?: string;
  readonly yes: boolean;
  readonly backup?: string;
  readonly withInteractions: boolean;
  readonly verify: boolean;
  readonly receipt?: string;
}

export interface StatusArguments extends Common {
  readonly taskIds: readonly string[];
}

export interface SandboxArguments extends Common {
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
  readonly latency?: string;
  readonly rate?: string;
  readonly fail?: string;
  readonly faults?: string;
  readonly seed?: string;
  readonly taskDelay?: string;
  readonly maxBytes?: string;
}

export interface InitArguments extends Common {
  /** The file to write; default: .mirorc here. */
  readonly file?: string;
  readonly force: boolean;
  /** `--no-check`: the key is not tried. */
  readonly check: boolean;
}

export interface CompletionArguments {
  readonly shell: 'bash' | 'zsh' | 'fish';
  /** All commands and options. */
  readonly program: CommandSpec;
}

/** A command line that came to no command, or whose command broke. */
export interface RefuseArguments extends Pick<Common, 'flags' | 'json'> {
  /** As far as it is known: `users upload`, or `miso`. */
  readonly command: string;
  /** Every word that may name a file, but for the report's. */
  readonly words: readonly string[];
  readonly error: unknown;
}

/** What the commands do, each resolving with the exit code. The command line knows nothing else of the program. */
export interface Actions {
  upload(args: UploadArguments): Promise<number>;
  validate(args: ValidateArguments): Promise<number>;
  read(args: ReadArguments): Promise<number>;
  delete(args: DeleteArguments): Promise<number>;
  ids(args: Common): Promise<number>;
  status(args: StatusArguments): Promise<number>;
  config(args: Common): Promise<number>;
  init(args: InitArguments): Promise<number>;
  sandbox(args: SandboxArguments): Promise<number>;
  completion(args: CompletionArguments): Promise<number>;
  refuse(args: RefuseArguments): Promise<number>;
}

/** Takes the exit code of an action once it is done. */
export type Settle = (done: Promise<number>) => Promise<void>;
