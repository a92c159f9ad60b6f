/** Replaces secrets in a text with `***`. */
export type Redact = (text: string) => string;

export const noRedaction: Redact = (text) => text;

/** Shorter keys occur only in trials, and inside too many words. */
const minLength = 4;
/** From this length on, no word contains the key by chance. */
const uniqueLength = 8;

/**
 * Whether a word could be a key or a token typed in the wrong place: long, without spaces, of letters and
 * digits.
 */
export function looksSecret(text: string): boolean {
  const isToken =
    /^[\w+/=~-]{12,}$/.test(text) && /\d/.test(text) && /[a-z]/i.test(text) && !/[/].*[/]/.test(text);
  return isToken || /^[\w-]{16,}\.[\w-]{16,}/.test(text);
}

/** Redacts a key in all its spellings: as it is, percent-encoded, in JSON. */
export function redactKey(apiKey: string): Redact {
  if (apiKey.length < minLength) return noRedaction;
  const spellings = new Set([apiKey, encodeURIComponent(apiKey), JSON.stringify(apiKey).slice(1, -1)]);
  const any = [...spellings].map((spelling) => spelling.replace(/[^\w%]/g, '\\$&')).join('|');
  const pattern = new RegExp(apiKey.length < uniqueLength ? `(?<!\\w)(?:${any})(?!\\w)` : any, 'g');
  return (text) => text.replace(pattern, '***');
}

/** Secrets of the process, each redacted from everything that is printed once it is known. */
export class SecretRegistry {
  readonly #redactions = new Map<string, Redact>();

  /** Keys shorter than eight characters occur only in trials, and inside too many words. */
  add(secret: string | undefined): void {
    if (secret !== undefined && secret.length >= uniqueLength)
      this.#redactions.set(secret, redactKey(secret));
  }

  readonly redact: Redact = (text) => {
    let redacted = text;
    for (const redact of this.#redactions.values()) redacted = redact(redacted);
    return redacted;
  };
}

const keyVariable = /^MISO_(?:\w+_)?(?:API_)?KEY$/;
/** `-k KEY`, `--key=KEY`, and what is close to it. */
const keyOption = /^(?:-k|--?(?:api[-_]?)?key)(?:=|$)|^-k/i;

/** The API keys in the environment and the command line, before either is parsed. */
export function apiKeysIn(
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): readonly string[] {
  const fromEnv = Object.keys(env)
    .filter((name) => keyVariable.test(name))
    .map((name) => env[name]);
  const fromArgs = args.map((arg, at) => {
    const [option = ''] = keyOption.exec(arg) ?? [];
    return option === arg && option !== ''
      ? args[at + 1]
      : option === ''
        ? undefined
        : arg.slice(option.length);
  });
  return [...fromEnv, ...fromArgs].filter((key) => key !== undefined && key !== '') as string[];
}

/** Redacts every string in a JSON value. */
export function redactValues<T>(value: T, redact: Redact): T;
export function redactValues(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValues(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redactValues(item, redact)]));
}
