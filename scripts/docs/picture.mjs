import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runOnPty } from './pty.mjs';

const columns = 80;
const lineHeight = 19;
const characterWidth = 8.4;
const colors = { 31: '#f47067', 32: '#8ddb8c', 33: '#e0b64b', 36: '#76e3ea' };

const users = [
  'Customer Id,name,age,Plan,created_at',
  'c-1001,Nora Berg,34,pro,2024-03-01',
  'c-1002,Luis Prado,forty,free,2024-03-02',
  'c-1003,Aiko Mori,29,pro,2024-03-04',
  'c-1004,Sam Okafor,41,team,03/05/2024',
  'c-1005,Lea Roth,52,free,2024-03-09',
  '',
].join('\n');

/** The commands in the picture, as typed. */
export const typed = ['miso users upload crm.csv --id "Customer Id"', 'miso users read c-1001'];

/** Runs the commands of the picture on a terminal, against a sandbox; resolves with the output. */
export async function session() {
  const folder = mkdtempSync(join(tmpdir(), 'miso-picture-'));
  writeFileSync(join(folder, 'crm.csv'), users);
  const bin = resolve('bin/miso.js');
  const env = { PATH: process.env.PATH, HOME: folder, TERM: 'xterm-256color', MISO_PROGRESS: 'false' };
  const start = (args, { more = {}, onData }) =>
    runOnPty(process.execPath, [bin, ...args], {
      cols: columns,
      rows: 40,
      cwd: folder,
      env: { ...env, ...more },
      onData,
    });
  let found;
  const listening = new Promise((resolve) => {
    found = resolve;
  });
  let started = '';
  const sandbox = start(['sandbox', '--port', '0'], {
    onData: (data) => {
      started += data;
      const url = /listening on (http:\/\/127\.0\.0\.1:\d+)\r/.exec(started)?.[1];
      if (url) found(url);
    },
  });
  try {
    const server = await Promise.race([listening, sandbox.exit]);
    if (typeof server !== 'string') throw new Error(`The sandbox did not start:\n${started}`);
    let all = '';
    for (const line of typed) {
      const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].slice(1).map(([, quoted, bare]) => quoted ?? bare);
      all += `${all === '' ? '' : '\r\n'}\u001b[1m$ ${line}\u001b[22m\r\n`;
      const onData = (data) => {
        all += data;
      };
      await start(args, { more: { MISO_SERVER: server, MISO_API_KEY: 'trial' }, onData }).exit;
    }
    // Differs from run to run.
    return all.replaceAll(server, 'http://127.0.0.1:4747').replace(/\d+\.\d s\b/g, '0.1 s');
  } finally {
    sandbox.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The output of a terminal as a picture. */
export function svg(sent) {
  const lines = sent.trimEnd().split('\r\n');
  const width = Math.ceil(columns * characterWidth) + 40;
  const height = lines.length * lineHeight + 40;
  // A color set on one line stays for the next.
  const pen = { bold: false, dim: false, color: undefined };
  const rows = lines.map((line, n) => `<text x="20" y="${34 + n * lineHeight}">${spans(line, pen)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="An upload of five users, two of which are rejected">
<style>text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:14px;fill:#d6dde6}.b{font-weight:700}.d{fill:#8b96a3}</style>
<rect width="${width}" height="${height}" rx="8" fill="#1c2128"/>
${rows.join('\n')}
</svg>
`;
}

function spans(line, pen) {
  let column = 0;
  let text = '';
  for (const piece of line.split(/(\u001b\[[\d;?]*[A-Za-z])/)) {
    const code = /^\u001b\[(\d+)m$/.exec(piece)?.[1];
    if (code === '1') pen.bold = true;
    else if (code === '2') pen.dim = true;
    else if (code === '22') pen.bold = pen.dim = false;
    else if (code === '39') pen.color = undefined;
    else if (code !== undefined && code in colors) pen.color = colors[code];
    else if (!piece.startsWith('\u001b') && piece !== '') {
      const classes = [pen.bold ? 'b' : '', pen.dim ? 'd' : ''].filter((name) => name !== '').join(' ');
      // Placed by its column, because not every viewer keeps the spaces in front.
      const shown = piece.trimStart();
      const x = (20 + (column + piece.length - shown.length) * characterWidth).toFixed(1);
      column += piece.length;
      // The same width with every font.
      const size = ` textLength="${(shown.trimEnd().length * characterWidth).toFixed(1)}"`;
      const look = `${classes === '' ? '' : ` class="${classes}"`}${pen.color ? ` style="fill:${pen.color}"` : ''}`;
      if (shown.trim() !== '') text += `<tspan x="${x}"${size}${look}>${escapeXml(shown.trimEnd())}</tspan>`;
    }
  }
  return text;
}

function escapeXml(text) {
  // Non-breaking spaces: not every viewer keeps others.
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(' ', '\u00a0');
}
