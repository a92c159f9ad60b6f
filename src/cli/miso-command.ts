import { Command, type Option } from 'commander';

/** A line to type, and what it is for. */
export type Example = readonly [line: string, what: string];

/** A command that knows examples of its use: they end its help, and stand in the manual. */
export class MisoCommand extends Command {
  readonly examples: Example[] = [];

  override createCommand(name?: string): MisoCommand {
    return new MisoCommand(name);
  }

  /** Adds examples, as they are typed. */
  example(...examples: readonly Example[]): this {
    this.examples.push(...examples);
    return this;
  }

  override helpInformation(context?: Parameters<Command['helpInformation']>[0]): string {
    const help = super.helpInformation(context);
    if (this.examples.length === 0) return help;
    const lines = this.examples.map(([line, what]) => `  $ ${line}\n      ${what}\n`);
    return `${help}\nExamples:\n${lines.join('')}`;
  }
}

/** An option whose values are few: shown in completion, judged with the settings. */
export function withChoices(option: Option, choices: readonly string[]): Option {
  option.argChoices = [...choices];
  return option;
}
