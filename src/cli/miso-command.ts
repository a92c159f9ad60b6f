import { Command, type Option } from 'commander';
import type { World } from '../world.ts';

/** A line to type, and what it is for. */
export type Example = readonly [line: string, what: string];

/** A command with examples, which end its help and appear in the manual, and with an exit code. */
export class MisoCommand extends Command {
  readonly examples: Example[] = [];
  /** Whether the command does something itself, beside its subcommands. */
  isRunnable = false;
  /** Set on the root command only, while it runs. */
  #world: World | undefined;
  #exitCode = 0;
  #wantsBriefHelp = false;

  override createCommand(name?: string): MisoCommand {
    return new MisoCommand(name);
  }

  /** Adds examples, as they are typed. */
  example(...examples: readonly Example[]): this {
    this.examples.push(...examples);
    return this;
  }

  /** Sets what the command does. `run` gets the arguments and then the options; it resolves with the exit code. */
  runs<Args extends unknown[]>(run: (world: World, ...args: Args) => Promise<number>): this {
    this.isRunnable = true;
    return this.action(async (...args) => {
      const root = this.#root();
      if (!root.#world) throw new Error(`${this.name()} was not started by execute()`);
      root.#exitCode = await run(root.#world, ...(args as unknown as Args));
    });
  }

  /** Parses a command line and runs its command. Resolves with the exit code; usage errors are thrown as CommanderError. */
  async execute(args: readonly string[], world: World): Promise<number> {
    this.#world = world;
    this.#wantsBriefHelp = args.includes('-h') && !args.includes('--help');
    await this.parseAsync(args, { from: 'user' });
    return this.#exitCode;
  }

  /** The subcommand with these names or aliases; itself for none. */
  find(...names: readonly string[]): MisoCommand | undefined {
    const [name, ...rest] = names;
    if (name === undefined) return this;
    const child = (this.commands as readonly MisoCommand[]).find(
      (command) => command.name() === name || command.aliases().includes(name),
    );
    return child?.find(...rest);
  }

  /** Whether the command line asks for the short help, `-h`. */
  get wantsBriefHelp(): boolean {
    return this.#root().#wantsBriefHelp;
  }

  #root(): MisoCommand {
    let command: MisoCommand = this;
    while (command.parent) command = command.parent as MisoCommand;
    return command;
  }
}

/** An option with few values: offered by completion, checked with the settings. */
export function withChoices(option: Option, choices: readonly string[]): Option {
  option.argChoices = [...choices];
  return option;
}
