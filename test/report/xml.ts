/** An element of XML. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const token = /<\?[^>]*\?>|<\/([\w.-]+)>|<([\w.-]+)((?:\s+[\w.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;

/** Reads the part of XML that reports use, and throws for anything not well-formed. */
export function parseXml(text: string): Element {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    throw new Error('A character that XML does not allow');
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  for (token.lastIndex = 0; token.lastIndex < text.length; ) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`Not well-formed at ${JSON.stringify(text.slice(at, at + 60))}`);
    const [, closed, opened, attributes, single, plain] = match;
    const current = open.at(-1)!;
    if (plain !== undefined) current.text += decode(plain);
    else if (closed !== undefined) {
      if (open.pop()!.name !== closed) throw new Error(`</${closed}> closes <${current.name}>`);
    } else if (opened !== undefined) {
      const element = { name: opened, attributes: attributesOf(attributes ?? ''), children: [], text: '' };
      current.children.push(element);
      if (single === '') open.push(element);
    }
  }
  if (open.length > 1) throw new Error(`<${open.at(-1)!.name}> is not closed`);
  if (root.children.length !== 1 || root.text.trim() !== '') throw new Error('Not one root');
  return root.children[0]!;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.-]+)="([^"]*)"/g)].map(
    ([, name, value]) => [name!, decode(value!)] as const,
  );
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error('duplicate attribute');
  return Object.fromEntries(pairs);
}

function decode(text: string): string {
  return text.replace(/&(\w*;?)/g, (_all, name: string) => {
    const character = entities[name.replace(/;$/, '')];
    if (character === undefined || !name.endsWith(';')) throw new Error(`&${name} is no entity`);
    return character;
  });
}
