/**
 * Whether every link of the Markdown files leads somewhere: to a file or folder that git keeps, and to a heading that is
 * there. Addresses of other hosts are not looked up. Prints the dead ones; the exit code says whether there are any.
 */
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from '../setup/run-command.mjs';

const markdown = new MarkdownIt({ html: true });
const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 26,
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const folders = new Set(
  tracked.flatMap((file) => file.split('/').map((_, i, parts) => parts.slice(0, i).join('/'))),
);
const targets = new Set([...tracked, ...folders]);

/** The text of inline tokens, as GitHub makes an anchor of it. @param {ReturnType<MarkdownIt['parse']>} tokens */
const plain = (tokens) =>
  tokens.map(({ type, content }) => (/^(text|code_inline)$/.test(type) ? content : '')).join('');

/** @param {string} file @returns {{ anchors: Set<string>, links: string[] }} */
function read(file) {
  const tokens = markdown.parse(readFileSync(join(root, file), 'utf8'), {});
  const slugger = new GithubSlugger();
  const headings = tokens.filter((_, i) => tokens[i - 1]?.type === 'heading_open');
  const inline = tokens.flatMap(({ children }) => children ?? []);
  return {
    anchors: new Set(headings.map(({ children }) => slugger.slug(plain(children ?? [])))),
    links: inline.flatMap((token) => token.attrGet('href') ?? token.attrGet('src') ?? []),
  };
}

const pages = new Map(tracked.filter((file) => file.endsWith('.md')).map((file) => [file, read(file)]));
const dead = [...pages].flatMap(([file, { links }]) =>
  links
    .filter((link) => !/^[a-z]+:/.test(link))
    .flatMap((link) => {
      const [path = '', anchor = ''] = decodeURI(link).split('#');
      const target = path === '' ? file : relative(root, join(root, dirname(file), path)).replace(/\/$/, '');
      if (!targets.has(target)) return [`${file}: ${link} leads to no file`];
      if (anchor !== '' && pages.has(target) && !pages.get(target)?.anchors.has(anchor))
        return [`${file}: ${link} leads to no heading of ${target}`];
      return [];
    }),
);
for (const line of dead) console.error(line);
if (pages.size === 0) throw new Error('dead links: expected Markdown files, got none');
process.exitCode = dead.length === 0 ? 0 : 1;
