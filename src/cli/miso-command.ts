import { Command, CommanderError, type Option } from 'commander';
import type { World } from '../world.ts';
import { appliesTo } from './options.ts';

/** A command line, and what it does. */
export type Example = readonly [line: string, what: string];

/** A command with an exit code, and with examples for its help and the manual page. */
export class MisoCommand extends Command {
  readonly examples: Example[] = [];
  /** Whether the command has an action of its own, in addition to its subcommands. */
  isRunnable = false;
  /** Set on the root command only, while it runs. */
  #world: World | undefined;
  #exitCode = 0;
  #define: (() => void) | undefined;
  #wantsBriefHelp = false;

  constructor(name?: string) {
    super(name);
    this.hook('preSubcommand', (_, child) => void (child as MisoCommand).defined());
  }

  override createCommand(name?: string): MisoCommand {
    return new MisoCommand(name);
  }

  /**
   * Sets what gives the command its description, options and subcommands. It is called when they are first
   * needed, because a run uses few of all commands.
   */
  details(define: (command: this) => void): this {
    this.#define = () => define(this);
    return this;
  }

  /** The command with its details. */
  defined(): this {
    const define = this.#define;
    this.#define = undefined;
    define?.();
    return this;
  }

  /** Adds examples: the command line, and what it does. */
  example(...examples: readonly Example[]): this {
    this.examples.push(...examples);
    return this;
  }

  /**
   * Sets the action of the command. `run` gets the arguments, then the options, and resolves with the exit
   * code.
   */
  runs<Args extends unknown[]>(run: (world: World, ...args: Args) => Promise<number>): this {
    this.isRunnable = true;
    return this.action(async (...args) => {
      this.#refuseOptionsOfParent();
      const root = this.#root();
      if (!root.#world) throw new Error(`${this.name()} was not started by execute()`);
      root.#exitCode = await run(root.#world, ...(args as unknown as Args));
    });
  }

  /**
   * Parses a command line and runs its command. Resolves with the exit code; usage errors are thrown as
   * CommanderError.
   */
  async execute(args: readonly string[], world: World): Promise<number> {
    this.#world = world;
    this.#wantsBriefHelp = args.includes('-h') && !args.includes('--help');
    await this.parseAsync(args, { from: 'user' });
    return this.#exitCode;
  }

  /** The subcommand with these names or aliases; without names, the command itself. */
  find(...names: readonly string[]): MisoCommand | undefined {
    const [name, ...rest] = names;
    if (name === undefined) return this;
    const child = (this.commands as readonly MisoCommand[]).find(
      (command) => command.name() === name || command.aliases().includes(name),
    );
    return child?.defined().find(...rest);
  }

  /** Whether the command line requests the short help, `-h`. */
  get wantsBriefHelp(): boolean {
    return this.#root().#wantsBriefHelp;
  }

  /**
   * Commander accepts the options of a parent that is itself a command, such as `users sync`, and ignores
   * them.
   */
  #refuseOptionsOfParent(): void {
    const { parent } = this;
    if (!parent?.parent) return;
    const isGiven = (option: Option) => parent.getOptionValueSource(option.attributeName()) === 'cli';
    const option = parent.options.find((one) => isGiven(one) && !appliesTo(one, this));
    if (option)
      throw new CommanderError(1, 'commander.unknownOption', `error: unknown option '${option.long}'`);
  }

  #root(): MisoCommand {
    let command: MisoCommand = this;
    while (command.parent) command = command.parent as MisoCommand;
    return command;
  }
}
