/** One line of a crontab that runs a command, as cron would run it. */
export interface CronJob {
  /** The five fields of the schedule. */
  readonly schedule: readonly string[];
  /** What `/bin/sh -c` gets: up to the first `%` without a backslash. */
  readonly command: string;
  /** What the command reads from stdin: after that `%`; further ones are line breaks. */
  readonly stdin: string;
  /** Cron's own variables and those set above the line. */
  readonly env: Readonly<Record<string, string>>;
}

const field = /^(?:\*|\d+(?:-\d+)?)(?:\/\d+)?(?:,(?:\*|\d+(?:-\d+)?)(?:\/\d+)?)*$/;
const ranges = [59, 23, 31, 12, 7];

/** Parses a crontab as crontab(5) describes it. Throws for a line that cron would refuse. */
export function parseCrontab(text: string): CronJob[] {
  const jobs: CronJob[] = [];
  const env: Record<string, string> = { SHELL: '/bin/sh', PATH: '/usr/bin:/bin', LOGNAME: 'user' };
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const setting = /^(\w+)\s*=\s*(.*)$/.exec(line);
    if (setting) {
      env[setting[1] as string] = (setting[2] as string).replace(/^(["'])(.*)\1$/, '$2');
      continue;
    }
    const [, schedule = '', rest = ''] = /^((?:\S+\s+){5})(.+)$/.exec(line) ?? [];
    const fields = schedule.trim().split(/\s+/);
    const valid = fields.every(
      (one, at) => field.test(one) && (one.match(/\d+/g) ?? []).every((n) => Number(n) <= (ranges[at] ?? 0)),
    );
    if (rest === '' || fields.length !== 5 || !valid) throw new Error(`not a line of a crontab: ${line}`);
    const [command = '', ...input] = rest.split(/(?<!\\)%/).map((part) => part.replaceAll('\\%', '%'));
    const stdin = input.length === 0 ? '' : `${input.join('\n')}\n`;
    jobs.push({ schedule: fields, command, stdin, env: { ...env } });
  }
  return jobs;
}
