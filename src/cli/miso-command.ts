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
    await this.parseAsync(args, { from: 'user' });
    return this.#exitCode;
  }

  override helpInformation(context?: Parameters<Command['helpInformation']>[0]): string {
    const help = super.helpInformation(context);
    if (this.examples.length === 0) return help;
    const lines = this.examples.map(([line, what]) => `  $ ${line}\n      ${what}\n`);
    return `${help}\nExamples:\n${lines.join('')}`;
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
