import type { Flags } from '../config/flags.ts';

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
  readonly file?: string;
  readonly force: boolean;
}

export interface CompletionArguments {
  readonly shell: 'bash' | 'zsh' | 'fish';
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
  sandbox(args: SandboxArguments): Promise<number>;
}
